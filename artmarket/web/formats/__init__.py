"""How numbers look, where a language writes them otherwise than Django has it."""
