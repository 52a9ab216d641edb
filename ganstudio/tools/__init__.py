"""What one can do: one file a Tool, `recipe` joins them. Importing this floor does not import torch."""

from ganstudio.tools.tool import Context, Source, Tool, all_sources, all_tools, tool_named

__all__ = ["Context", "Source", "Tool", "all_sources", "all_tools", "tool_named"]
