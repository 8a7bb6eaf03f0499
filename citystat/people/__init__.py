"""People who work with CityStat and what they may do: accounts, granted roles.

Words: an *account* is a person who can sign in, known by e-mail address; a *role grant* gives one role of the matrix.
Rooms above may import `queries`, `actions`, `access`; `models` only for a foreign key.
"""
