"""Fusion with our own scroll bars, fields, menus, tool tips and check marks."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QMenu,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QStyleOptionButton,
    QStyleOptionComboBox,
    QStyleOptionComplex,
    QStyleOptionMenuItem,
    QStyleOptionSlider,
    QStyleOptionSpinBox,
    QStyleOptionTab,
    QStyleOptionToolButton,
    QStyleOptionViewItem,
    QWidget,
)

from . import style_menus, style_parts, style_scroll

if TYPE_CHECKING:
    from .theme import Theme

_CE, _PE, _CC, _SC = QStyle.ControlElement, QStyle.PrimitiveElement, QStyle.ComplexControl, QStyle.SubControl
_PM, _SH, _SE, _CT = QStyle.PixelMetric, QStyle.StyleHint, QStyle.SubElement, QStyle.ContentsType

_METRICS = {
    _PM.PM_ScrollBarExtent: style_scroll.EXTENT,
    _PM.PM_ScrollBarSliderMin: 28,
    _PM.PM_DefaultFrameWidth: 1,
    _PM.PM_MenuPanelWidth: 1,
    _PM.PM_MenuVMargin: 4,
    _PM.PM_MenuHMargin: 4,
    _PM.PM_SubMenuOverlap: -2,
    _PM.PM_CheckBoxLabelSpacing: 8,
    _PM.PM_RadioButtonLabelSpacing: 8,
    _PM.PM_ToolTipLabelFrameWidth: 8,
    _PM.PM_LayoutHorizontalSpacing: 8,
    _PM.PM_LayoutVerticalSpacing: 8,
    _PM.PM_LayoutLeftMargin: 12,
    _PM.PM_LayoutRightMargin: 12,
    _PM.PM_LayoutTopMargin: 12,
    _PM.PM_LayoutBottomMargin: 12,
    _PM.PM_ButtonShiftHorizontal: 0,
    _PM.PM_ButtonShiftVertical: 0,
    _PM.PM_TabBarBaseOverlap: 0,
    _PM.PM_TabBarTabHSpace: 24,
    _PM.PM_TabBarTabShiftVertical: 0,
    _PM.PM_TabBarTabShiftHorizontal: 0,
    _PM.PM_SplitterWidth: 4,
}

_GLYPHS = {
    _PM.PM_SmallIconSize,
    _PM.PM_ButtonIconSize,
    _PM.PM_ListViewIconSize,
    _PM.PM_IndicatorWidth,
    _PM.PM_IndicatorHeight,
    _PM.PM_ExclusiveIndicatorWidth,
    _PM.PM_ExclusiveIndicatorHeight,
}

_HINTS = {
    _SH.SH_ComboBox_Popup: 0,
    _SH.SH_EtchDisabledText: 0,
    _SH.SH_ItemView_ShowDecorationSelected: 1,
    _SH.SH_DialogButtonBox_ButtonsHaveIcons: 0,
    _SH.SH_ToolTip_WakeUpDelay: 500,
    _SH.SH_Slider_AbsoluteSetButtons: int(Qt.MouseButton.LeftButton.value),
    _SH.SH_ScrollBar_LeftClickAbsolutePosition: 1,
    _SH.SH_Menu_Scrollable: 1,
    _SH.SH_Menu_FlashTriggeredItem: 0,
    _SH.SH_ScrollView_FrameOnlyAroundContents: 0,
    _SH.SH_UnderlineShortcut: 0,
    _SH.SH_ToolTipLabel_Opacity: 255,
    _SH.SH_TabBar_Alignment: int(Qt.AlignmentFlag.AlignLeft.value),
}


class Style(QProxyStyle):
    """Each override paints one thing and leaves the rest to Fusion."""

    def __init__(self, theme: Theme) -> None:
        super().__init__("Fusion")
        self._theme = theme
        self._corners = style_menus.Corners(theme)

    # measures

    def pixelMetric(
        self, metric: QStyle.PixelMetric, option: QStyleOption | None = None, widget: QWidget | None = None
    ) -> int:
        if metric in _GLYPHS:
            return self._theme.glyph()
        found = _METRICS.get(metric)
        return super().pixelMetric(metric, option, widget) if found is None else found

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint == _SH.SH_Widget_Animation_Duration:
            return self._theme.millis(120)
        found = _HINTS.get(hint)
        return super().styleHint(hint, option, widget, returnData) if found is None else found

    def sizeFromContents(
        self, kind: QStyle.ContentsType, option: QStyleOption, size: QSize, widget: QWidget | None = None
    ) -> QSize:
        if kind == _CT.CT_MenuItem:
            return style_menus.size(self._theme, cast(QStyleOptionMenuItem, option))
        made = super().sizeFromContents(kind, option, size, cast(QWidget, widget))
        if kind in (_CT.CT_LineEdit, _CT.CT_ComboBox, _CT.CT_PushButton, _CT.CT_SpinBox):
            made.setHeight(self._theme.px(28))
            if kind == _CT.CT_PushButton:
                made.setWidth(made.width() + 8)
        elif kind == _CT.CT_TabBarTab:
            made.setHeight(self._theme.px(36))
        elif kind == _CT.CT_ItemViewItem and isinstance(widget, QAbstractItemView):
            made.setHeight(max(made.height(), self._theme.px(28 if _is_popup(widget) else 24)))
        elif kind == _CT.CT_MenuBarItem:
            made = QSize(size.width() + 16, self._theme.px(28))
        elif kind == _CT.CT_HeaderSection:
            made.setHeight(max(made.height(), self._theme.px(28)))
        return made

    def subControlRect(
        self, kind: QStyle.ComplexControl, option: QStyleOptionComplex, part: QStyle.SubControl,
        widget: QWidget | None = None,
    ) -> QRect:  # fmt: skip
        if kind == _CC.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            return style_scroll.part(option, part)
        if kind == _CC.CC_ComboBox:
            area = option.rect
            if part == _SC.SC_ComboBoxEditField:
                return area.adjusted(8, 1, -26, -1)
            if part == _SC.SC_ComboBoxArrow:
                return QRect(area.right() - 25, area.y(), 26, area.height())
            if part == _SC.SC_ComboBoxListBoxPopup:
                return area
        if kind == _CC.CC_SpinBox:
            return style_parts.spin_part(option.rect, part)
        return super().subControlRect(kind, option, part, cast(QWidget, widget))

    def subElementRect(self, element: QStyle.SubElement, option: QStyleOption, widget: QWidget | None = None) -> QRect:
        if element == _SE.SE_LineEditContents:
            pad = 4 if widget is not None and widget.property("tight") else 6  # Qt adds 2
            return option.rect.adjusted(pad, 0, -pad, 0)
        return super().subElementRect(element, option, cast(QWidget, widget))

    # painting

    def drawComplexControl(
        self,
        kind: QStyle.ComplexControl,
        option: QStyleOptionComplex,
        painter: QPainter,
        widget: QWidget | None = None,
    ) -> None:
        if kind == _CC.CC_ScrollBar and isinstance(option, QStyleOptionSlider):
            style_scroll.paint(painter, self._theme.now, option, widget)
        elif kind == _CC.CC_ComboBox and isinstance(option, QStyleOptionComboBox):
            style_parts.combo(painter, self._theme, option)
        elif kind == _CC.CC_SpinBox and isinstance(option, QStyleOptionSpinBox):
            style_parts.spin(painter, self._theme.now, option)
        elif kind == _CC.CC_ToolButton and isinstance(option, QStyleOptionToolButton):
            style_parts.tool_button(painter, self._theme.now, option)
            self.proxy().drawControl(_CE.CE_ToolButtonLabel, option, painter, widget)
        else:
            super().drawComplexControl(kind, option, painter, widget)

    def drawControl(
        self, element: QStyle.ControlElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        if element == _CE.CE_MenuItem and isinstance(option, QStyleOptionMenuItem):
            style_menus.item(painter, self._theme, option)
        elif element == _CE.CE_MenuBarItem and isinstance(option, QStyleOptionMenuItem):
            style_menus.bar_item(painter, self._theme, option)
        elif element == _CE.CE_MenuBarEmptyArea:
            painter.fillRect(option.rect, self._theme.now.window)
        elif element == _CE.CE_ComboBoxLabel and isinstance(option, QStyleOptionComboBox):
            style_parts.combo_label(painter, self._theme, option)
        elif element == _CE.CE_PushButtonBevel and isinstance(option, QStyleOptionButton):
            style_parts.push_button(painter, self._theme.now, option)
        elif element == _CE.CE_TabBarTabShape and isinstance(option, QStyleOptionTab):
            style_parts.tab(painter, self._theme.now, option)
        elif element == _CE.CE_TabBarTabLabel and isinstance(option, QStyleOptionTab):
            style_parts.tab_label(painter, self._theme, option)
        elif element == _CE.CE_ShapedFrame and isinstance(widget, QFrame) and not isinstance(widget, QMenu):
            style_parts.frame(painter, self._theme.now, option, widget)
        elif element == _CE.CE_HeaderSection:
            style_parts.header(painter, self._theme.now, option)
        elif element == _CE.CE_Splitter:
            return
        elif element in (_CE.CE_RubberBand,):
            style_parts.rubber_band(painter, self._theme.now, option)
        else:
            super().drawControl(element, option, painter, widget)

    def drawPrimitive(
        self, element: QStyle.PrimitiveElement, option: QStyleOption, painter: QPainter, widget: QWidget | None = None
    ) -> None:
        now = self._theme.now
        if element == _PE.PE_FrameFocusRect:
            return  # the ring of `focus` tells it
        if element == _PE.PE_PanelLineEdit:
            style_parts.line_edit(painter, now, option, widget)
        elif element in (_PE.PE_IndicatorCheckBox, _PE.PE_IndicatorItemViewItemCheck):
            style_parts.check_box(painter, now, option)
        elif element == _PE.PE_IndicatorRadioButton:
            style_parts.radio(painter, now, option)
        elif element == _PE.PE_PanelScrollAreaCorner:
            return
        elif element in (_PE.PE_PanelMenu, _PE.PE_PanelTipLabel):
            style_menus.panel(painter, now, option.rect)
        elif element == _PE.PE_FrameMenu:
            style_menus.panel(painter, now, option.rect, fill=False)
        elif element == _PE.PE_PanelItemViewItem and isinstance(option, QStyleOptionViewItem):
            style_parts.view_item(painter, now, option, in_popup=_is_popup(widget))
        elif element in (_PE.PE_FrameTabWidget, _PE.PE_FrameTabBarBase, _PE.PE_FrameStatusBarItem):
            style_parts.base_line(painter, now, option, element == _PE.PE_FrameTabBarBase)
        elif element == _PE.PE_IndicatorHeaderArrow:
            style_parts.header_arrow(painter, now, option)
        else:
            super().drawPrimitive(element, option, painter, widget)

    def polish(self, thing: object) -> object:  # type: ignore[override]
        done = super().polish(thing)  # type: ignore[call-overload]
        if isinstance(thing, QMenu) or (isinstance(thing, QWidget) and thing.inherits("QTipLabel")):
            thing.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
            thing.removeEventFilter(self._corners)
            thing.installEventFilter(self._corners)
        elif isinstance(thing, QComboBox):
            thing.setAttribute(Qt.WidgetAttribute.WA_Hover)
            thing.setProperty("ring_radius", style_parts.RADIUS)
        return done


def _is_popup(widget: QWidget | None) -> bool:
    """Whether an item view is the list of a combo box."""
    return (
        widget is not None
        and widget.parentWidget() is not None
        and widget.window().inherits("QComboBoxPrivateContainer")
    )
