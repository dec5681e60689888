"""What happens when somebody asks for something, or when it is due. A handler never imports another one."""
