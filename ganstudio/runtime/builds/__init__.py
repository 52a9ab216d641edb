"""Builds of PyTorch: which one this program has, which one this computer's hardware wants, and how another is fetched.

A build is laid beside the program (`core.beside`), tried by a process of its own, and used only when it has passed;
until then, and whenever anything goes wrong, the old one stays. Nothing here imports torch but the trial's own process.

hardware   an NVIDIA card?          kinds      which build is here, which would be better
index      what a build is of       web        fetching it, also in pieces
unpacking  wheels into a folder     trial      another process computes with it      getting  all of it
"""
