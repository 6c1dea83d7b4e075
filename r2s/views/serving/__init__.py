"""A run in the browser, served from this machine: pages made when they are asked for, live while the run goes on."""
