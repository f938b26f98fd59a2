"""Price indices: hedonic time dummies, repeat sales, and both at once, with bands."""

CODE_VERSION = "1"
