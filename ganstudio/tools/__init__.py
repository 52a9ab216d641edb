"""What one can do: one file a Tool, `recipe` joins them. Importing this floor does not import torch."""

from ganstudio.tools.tool import Context, Tool, all_tools, tool_named

__all__ = ["Context", "Tool", "all_tools", "tool_named"]
