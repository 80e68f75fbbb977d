"""What is done once, when a template is compiled, so that no request pays for it.

A catalogue page prints some 450 values and a product page calls 30 macros. Jinja's own escape wraps each value in a
Markup object that is joined at once and thrown away; its own call looks at every function anew, whether it wants the
context; its macros are objects that sort their arguments at every call; and a translation or an icon of a constant is
the same text each time.
"""

from collections.abc import Callable, Iterable, Mapping, MutableMapping
from types import FunctionType
from typing import Any, Final

from asyncpg import Record
from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # the C function behind escape

FIGURES: Final = frozenset(
    {
        *("rupiah", "rupiah_short", "number", "quantity", "typed_quantity", "percent", "share"),
        *("date_long", "date_short", "datetime_short", "time_short"),
    }
)
"""Filters whose text is ours, figures and names of months: there is nothing in it to escape."""


def escaped(value: object) -> str:
    """As markupsafe.escape, but plain text: it goes straight into a join (a third of the time for a str)."""
    if type(value) is str:
        return _escape_inner(value)
    if type(value) is Markup:
        return value
    if type(value) is int:
        return str(value)
    if type(value) is FunctionType:
        raise TypeError(f"{value} is printed: a macro hides a fact of its name")
    return escape(value)


def joined(parts: tuple[object, ...]) -> str:
    """What Jinja's markup_join makes of `a ~ b`: markup where a part is markup, else plain text."""
    for part in parts:
        if type(part) is not str:
            break
    else:
        return "".join(parts)  # type: ignore[arg-type]  # all of them are
    texts = [part if isinstance(part, str) else str(part) for part in parts]
    return (Markup("") if any(isinstance(text, Markup) for text in texts) else "").join(texts)


def drawn_by(macro: Callable[..., str], *given: object) -> Markup:
    """A macro's text, as markup."""
    return str.__new__(Markup, macro(*given))


def looked_up(whole: Any, name: str, environment: Environment) -> Any:
    """`whole.name`, and where there is no such attribute what Jinja makes of it.

    A row's columns are its keys: asking it for an attribute first costs an exception each time.
    """
    try:
        return whole[name] if type(whole) is Record else getattr(whole, name)
    except (AttributeError, KeyError):
        return environment.getattr(whole, name)


class QuickOutput(CodeGenerator):
    """Writes the functions above where Jinja writes its own, and plain calls of plain functions."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            ours = isinstance(node, nodes.Filter) and node.name in FIGURES
            self.write("(" if ours else "escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        """`ui.x` and `page.x` are attributes and never keys."""
        if isinstance(node.node, nodes.Name) and node.node.name in ("ui", "page"):
            self.visit(node.node, frame)
            self.write(f".{node.attr}")
        else:
            self.write("looked_up(")
            self._visit_each([node.node], frame)
            self.write(f"{node.attr!r}, environment)")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:
        """`offer["name"]` is a key and never an attribute: a row without it is a mistake."""
        if isinstance(node.node, nodes.Name) and isinstance(node.arg, nodes.Const):
            self.visit(node.node, frame)
            self.write(f"[{node.arg.value!r}]")
        else:
            super().visit_Getitem(node, frame)

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:
        self.write("joined((")
        self._visit_each(node.nodes, frame)
        self.write("))")

    def visit_Call(self, node: nodes.Call, frame: Frame, forward_caller: bool = False) -> None:
        """`f(…)` instead of `context.call(f, …)`: no function of ours asks for the context."""
        self.visit(node.node, frame)
        self.write("(")
        self._visit_each([*node.args, *node.kwargs], frame)
        if forward_caller:
            self.write("caller=caller, ")
        for stars, given in (("*", node.dyn_args), ("**", node.dyn_kwargs)):
            if given is not None:
                self.write(stars)
                self._visit_each([given], frame)
        self.write(")")

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """A macro is a function: Python itself sorts its arguments and refuses what it does not take."""
        if macro_ref.accesses_kwargs or macro_ref.accesses_varargs:
            super().macro_def(macro_ref, frame)
            return
        names = [argument.name for argument in macro_ref.node.args]
        given = [f"{name}=missing" for name in names]
        if macro_ref.accesses_caller and "caller" not in names:
            given.append("caller=undefined('No caller defined', name='caller')")
            names.append("caller")
        self.write(
            f"lambda {', '.join([*given, '*', '_macro=macro'])}: {', '.join(['drawn_by(_macro', *names])})"
        )

    def _visit_each(self, items: Iterable[nodes.Node], frame: Frame) -> None:
        for item in items:
            self.visit(item, frame)
            self.write(", ")


class CompilingEnvironment(Environment):
    """Jinja's environment with these savings; the functions `_`, `icon`, `asset`, `address` and `stem` must be pure."""

    code_generator_class = QuickOutput

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """One dict for all templates: Jinja's chain of two is copied key by key for every page."""
        return {**self.globals, **d} if d else self.globals

    def _generate(
        self, source: nodes.Template, name: str | None, filename: str | None, defer_init: bool = False
    ) -> str:
        code = super()._generate(_Folding(self.globals).visit(source), name, filename, defer_init)
        # in its first line: the numbers of the others stay
        return f"from {__name__} import drawn_by, escaped, joined, looked_up; {code}"


class _Folding(NodeTransformer):
    """Replaces calls of pure functions with constant arguments by their result."""

    PURE = ("_", "icon", "asset", "address", "stem")

    def __init__(self, functions: Mapping[str, Any]) -> None:
        self.pure: dict[str, Callable[..., str]] = {name: functions[name] for name in self.PURE}

    def visit_Output(self, node: nodes.Output) -> nodes.Node:
        """`{{ a if b }}` prints nothing else, instead of making the object that says so."""
        self.generic_visit(node)
        for child in node.nodes:
            if isinstance(child, nodes.CondExpr) and child.expr2 is None:
                child.expr2 = nodes.Const("", lineno=child.lineno)
        return node

    def visit_Call(self, node: nodes.Call) -> nodes.Node:
        """`_("Katalog")`, `icon("check")` and `ui.icon("check")` become text."""
        self.generic_visit(node)
        act = self.pure.get(_called(node.node))
        constants = [argument.value for argument in node.args if isinstance(argument, nodes.Const)]
        if act is None or len(constants) < len(node.args) or node.kwargs or node.dyn_args or node.dyn_kwargs:
            return node
        return nodes.Const(act(*constants), lineno=node.lineno)


def _called(node: nodes.Expr) -> str:
    match node:
        case nodes.Name(name=name):
            return name
        case nodes.Getattr(node=nodes.Name(name="ui"), attr="icon"):
            return "icon"
    return ""
