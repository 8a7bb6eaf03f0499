"""How far the service center has come, in five steps, told from what is really in use; never from what is installed.

Words: a *step* is one of five, a *check* is one thing in use with its number and the number asked for. A center stands on a step when every
check of it and of the steps before holds.
"""
