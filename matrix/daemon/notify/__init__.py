"""Events -> whoever wants to know: a program, an address, people. Each hook is told every event at least once.

batch    events as one message, with an id that stays the same however often it is sent
run      a program, the message on its standard input
post     a webhook, signed
mail     an e-mail
courier  one hook and how far it was told: goes on after a failure, and after a kill
"""
