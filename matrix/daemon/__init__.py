"""Schedules, children, reports, hooks and a small web server -> a refresh that goes on for months without a person.

    due         is a project due? (pure)
    ticks       APScheduler, which only asks that question
    supervisor  the one loop: begins, reads its configuration anew, ends in time
    worker      due projects become a child process; outcome is what became of each
    publisher   what that changed becomes reports, and their commit (publish)
    couriers    and news
    child       a program in a process group of its own -> its exit code and what it printed
    ledger      what survives a restart, in the store
    config      what it is told to do; config_file, config_shape and secrets read it
    notify/     an executable, a webhook, an e-mail: each told every change at least once
    listen      HTTP; site is what it answers: /healthz, /metrics, and the reports (static)
    systemd     what is told to a service manager
    log         one line an event

What is refreshed, read, resolved and written is other parts' work: a refresh or a report is a process of its own.
"""
