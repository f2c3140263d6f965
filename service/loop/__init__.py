"""The loop: labels out to training, bundles in, and the switch between them."""
