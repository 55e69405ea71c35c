"""What the families are made of and what they build; imports Keras."""
