"""Schedules, children, reports, hooks and a small web server -> a refresh that goes on for months without a person.

    due         is a project due? (pure)
    ticks       APScheduler, which only asks that question
    supervisor  the one loop: due projects become child processes, what they change becomes reports and news
    child       a program in a process group of its own -> its exit code and what it printed
    ledger      what survives a restart, in the store
    config      the configuration file
    publish     reports, and their commit
    notify/     an executable, a webhook, an e-mail: each told every change at least once
    listen      /healthz, /metrics and the reports over HTTP
    systemd     what is told to a service manager
    log         one line an event

What is refreshed, read, resolved and written is other parts' work: a refresh or a report is a process of its own.
"""
