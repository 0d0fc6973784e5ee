"""Claims on charge order, STM, the field of the ions, elements, and the order parameter."""
