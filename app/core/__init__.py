"""Values and rules of Sheaf: no disk, network, clock, thread, Qt or SDK in here."""
