"""What every room needs and no domain owns: errors, the home folder, the city's settings, access, audit, locks, progress.

Words: a *right* is one thing a person may do; a *role* is a named set of rights (the matrix is in `citystat.config.roles`);
a *rule* is the right a URL asks for; an *audit event* records who did what to which thing.
Any room may import it. It imports no other room.
"""
