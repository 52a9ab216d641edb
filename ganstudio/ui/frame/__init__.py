"""The frame of the window: bars, menus, the switch of workspaces, and what happens when it closes."""
