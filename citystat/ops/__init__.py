"""Commands that join rooms: init, load, build, demo, serve. Imported by nobody but `config`."""
