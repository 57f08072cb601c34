"""What people do in Calendar's own pages, through the control routes that imitate it."""
