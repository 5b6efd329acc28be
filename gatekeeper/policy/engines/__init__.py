"""The engines that evaluate policies, behind one Protocol."""
