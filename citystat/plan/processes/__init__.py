"""Critical processes as workshops found them: steps, owner, services and the measures that say how each does.

An *evaluation* is one finding about a process with its owner and what becomes of it. A *trained lead* is the person of a department
who leads its Stat work. The performance office sees every department; others see the departments they work in.
"""
