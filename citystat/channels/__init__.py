"""Messages in and out: e-mail by SMTP and IMAP, text messages, one webhook for social and chat; the sender of the outbox.

A *transport* sends one message; an *intake* turns what came in into a request, a reply or nothing, with a reason.
"""
