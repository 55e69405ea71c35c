"""What all option classes share: they are frozen, strict, closed, and documented where they are declared."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Generic, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializerFunctionWrapHandler,
    model_serializer,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema


class Options(BaseModel):
    """A group of settings: a section of the YAML file, checked.

    Strict: `"50"` is not a number and `yes` no boolean. Closed: an unknown key is an error.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, allow_inf_nan=False, use_attribute_docstrings=True
    )

    @model_serializer(mode="wrap")
    def _tag_first(self, serialize: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """What a thing is stands before its options, though pydantic puts inherited fields first."""
        plain: dict[str, Any] = serialize(self)
        tags = [tag for tag in ("type", "name") if tag in plain]
        return {tag: plain[tag] for tag in tags} | plain


T = TypeVar("T", bound=Options)


def tag_of(options: Options) -> str:
    """What a config calls a registered choice: its `type`, or its `name`."""
    plain = options.model_dump()
    return str(plain.get("type", plain.get("name")))


class Registry(Generic[T]):
    """Option classes by the name a config calls them.

    The registry imports every module of its package when it is first asked, so a file that
    registers its class is found without being listed anywhere.

    Args:
        noun: What an entry is called in messages ("model", "data set").
        tag: The key that names the entry in a config (`type`, or `name` for data).
        package: Dotted name of the package or module whose import fills the registry.
    """

    def __init__(self, noun: str, tag: str, package: str) -> None:
        self.noun = noun
        self.tag = tag
        self._package = package
        self._entries: dict[str, type[T]] = {}
        self._complete = False

    def register(self, options: type[T]) -> type[T]:
        """Class decorator: adds an option class under the default value of its tag field."""
        name = options.model_fields[self.tag].default
        if name in self._entries:
            raise ValueError(f"two classes register the {self.noun} '{name}'")
        self._entries[name] = options
        return options

    def forget(self, module: str) -> None:
        """Takes out what the classes of a module registered."""
        self._entries = {
            name: options for name, options in self._entries.items() if options.__module__ != module
        }

    def items(self) -> list[tuple[str, type[T]]]:
        """Every entry, sorted by name."""
        if not self._complete:
            self._complete = True
            package = import_module(self._package)
            for module in iter_modules(getattr(package, "__path__", [])):
                import_module(f"{self._package}.{module.name}")
        return sorted(self._entries.items())

    def __iter__(self) -> Iterator[str]:
        """The names, sorted."""
        return (name for name, _ in self.items())

    def __getitem__(self, name: str) -> type[T]:
        """The class registered under `name`; KeyError if there is none."""
        return dict(self.items())[name]


class OneOf:
    """Annotation of a field that holds one of a registry's classes, chosen by the registry's tag.

    Args:
        registry: Where the classes are found.
        default_tag: The choice when a config gives the section without its tag.
    """

    def __init__(self, registry: Registry[Any], default_tag: str | None = None) -> None:
        self.registry = registry
        self.default_tag = default_tag

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The union for editors, which can't tell its members apart unless they must name themselves."""
        union = handler(schema)
        for member in union.get("oneOf", []):
            choice = handler.resolve_ref_schema(member)
            if choice["properties"][self.registry.tag]["const"] != self.default_tag:
                choice["required"] = sorted({*choice.get("required", []), self.registry.tag})
        return union

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], CoreSchema] | GetCoreSchemaHandler
    ) -> CoreSchema:
        """A tagged union over the registry as it stands when the config class is made."""
        generate = handler.generate_schema if isinstance(handler, GetCoreSchemaHandler) else handler
        return core_schema.tagged_union_schema(
            {name: generate(entry) for name, entry in self.registry.items()}, discriminator=self.registry.tag
        )
