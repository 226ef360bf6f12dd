"""What the network says, gathered part by part through a Machine."""
