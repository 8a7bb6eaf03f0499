"""The Stat session from its calendar to the follow-up memo.

Words: a *series* is a meeting held again and again; a *session* is one of its meetings, with a *stage* (how far its packet is) and a
*status* (whether it takes place); the *clock* counts business days to and from the meeting; a *slot* is the part of a year in which a
series should meet once; a *release* freezes the packet, a *memo* what was decided and promised.
"""
