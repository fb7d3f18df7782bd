"""The verbs of the command line: each reads its arguments, calls one function of the library, and shows what that gives."""
