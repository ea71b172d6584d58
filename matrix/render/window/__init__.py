"""What tools build, and which tools a kernel takes -> text, Markdown and JSON; the same words in all."""
