//! From the tree to typed values by serde, with errors that keep the place of what was wrong.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess,
    SeqAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

use super::{Node, Value, describe};
use crate::problem::{Problem, listed, suggest};
use crate::source::Source;

/// Makes a typed value of a node.
pub(crate) fn decode<T: DeserializeOwned>(source: &Source, node: &Node) -> Result<T, Problem> {
    T::deserialize(node).map_err(|fault| {
        let problem = source.error(fault.at.unwrap_or(node.at), fault.message);
        match fault.help {
            Some(help) => problem.help(help),
            None => problem,
        }
    })
}

/// What is wrong with a value, and where once that is known.
#[derive(Debug)]
pub(crate) struct Fault {
    at: Option<usize>,
    message: String,
    help: Option<String>,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Self {
            at: None,
            message: message.into(),
            help: None,
        }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The innermost place wins: outer ones only fill a gap.
    fn at(mut self, at: usize) -> Self {
        self.at.get_or_insert(at);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::new(message.to_string())
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        Self::new(format!("unknown key `{field}`")).help(suggest(field, expected))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        Self::unknown_field(variant, expected)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` is missing"))
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::new(format!("the key `{field}` is given twice"))
    }
}

fn expected(what: &str, node: &Node) -> Fault {
    Fault::new(format!("expected {what}, found {}", describe(&node.value))).at(node.at)
}

impl Node {
    fn number<T: std::str::FromStr>(&self, what: &str) -> Result<T, Fault> {
        match &self.value {
            Value::Scalar {
                text,
                quoted: false,
            } => text.parse().map_err(|_| expected(what, self)),
            _ => Err(expected(what, self)),
        }
    }

    fn text(&self) -> Result<&str, Fault> {
        match &self.value {
            Value::Scalar { text, .. } => Ok(text),
            _ => Err(expected("a text", self)),
        }
    }
}

macro_rules! whole_numbers {
    ($($method:ident => $visit:ident $what:literal,)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
            visitor.$visit(self.number($what)?)
        }
    )*};
}

impl<'de> de::Deserializer<'de> for &'de Node {
    type Error = Fault;

    /// Scalars are given as they are written: `3.10` asked for as "anything" must not become `3.1`.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Null => visitor.visit_unit(),
            Value::Scalar { text, .. } => visitor.visit_str(text),
            Value::List(_) => self.deserialize_seq(visitor),
            Value::Map(_) => self.deserialize_map(visitor),
        }
        .map_err(|fault: Fault| fault.at(self.at))
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Scalar {
                text,
                quoted: false,
            } if text == "true" => visitor.visit_bool(true),
            Value::Scalar {
                text,
                quoted: false,
            } if text == "false" => visitor.visit_bool(false),
            _ => Err(expected("`true` or `false`", self)),
        }
    }

    whole_numbers! {
        deserialize_i8 => visit_i64 "a whole number",
        deserialize_i16 => visit_i64 "a whole number",
        deserialize_i32 => visit_i64 "a whole number",
        deserialize_i64 => visit_i64 "a whole number",
        deserialize_u8 => visit_u64 "a whole number from 0 up",
        deserialize_u16 => visit_u64 "a whole number from 0 up",
        deserialize_u32 => visit_u64 "a whole number from 0 up",
        deserialize_u64 => visit_u64 "a whole number from 0 up",
        deserialize_f32 => visit_f64 "a number",
        deserialize_f64 => visit_f64 "a number",
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor
            .visit_str(self.text()?)
            .map_err(|fault: Fault| fault.at(self.at))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.value {
            Value::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::List(items) => visitor
                .visit_seq(Items(items.iter()))
                .map_err(|fault: Fault| fault.at(self.at)),
            _ => {
                Err(expected("a list", self).help("write `[a, b]`, or lines that begin with `- `"))
            }
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Map(entries) => {
                let entries = Entries {
                    rest: entries.iter(),
                    value: None,
                };
                visitor
                    .visit_map(entries)
                    .map_err(|fault: Fault| fault.at(self.at))
            }
            _ => {
                Err(expected("a mapping", self).help("write `key: value` lines, or `{key: value}`"))
            }
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match &self.value {
            Value::Map(_) => self.deserialize_map(visitor),
            _ => Err(expected("a mapping", self).help(format!("its keys are {}", listed(fields)))),
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let one = || format!("exactly one of {}", listed(variants));
        match &self.value {
            Value::Map(entries) => match entries.as_slice() {
                [(key, value)] => visitor.visit_enum(Variant {
                    key: &key.name,
                    at: key.at,
                    value,
                }),
                [_, (second, _), ..] => {
                    Err(Fault::new(format!("`{}` is one key too many", second.name))
                        .help(format!("expected {}", one()))
                        .at(second.at))
                }
                [] => Err(expected(&one(), self)),
            },
            Value::Scalar { text, .. } => {
                let name: StrDeserializer<'_, Fault> = text.as_str().into_deserializer();
                visitor
                    .visit_enum(name)
                    .map_err(|fault: Fault| fault.at(self.at))
            }
            _ => Err(expected(&one(), self)),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { char bytes byte_buf unit unit_struct tuple tuple_struct }
}

struct Items<'de>(std::slice::Iter<'de, Node>);

impl<'de> SeqAccess<'de> for Items<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(item) = self.0.next() else {
            return Ok(None);
        };
        if item.is_empty() {
            return Err(Fault::new("this item of the list is empty").at(item.at));
        }
        seed.deserialize(item)
            .map(Some)
            .map_err(|fault: Fault| fault.at(item.at))
    }
}

struct Entries<'de> {
    rest: std::slice::Iter<'de, (super::Key, Node)>,
    value: Option<&'de Node>,
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        self.value = Some(value);
        let name: StrDeserializer<'_, Fault> = key.name.as_str().into_deserializer();
        let found = seed
            .deserialize(name)
            .map_err(|fault: Fault| fault.at(key.at))?;
        if value.is_empty() {
            // A key with nothing after it would silently ask for nothing.
            return Err(Fault::new(format!("the key `{}` has no value", key.name))
                .help("write one, or remove the key; an empty text is `\"\"`")
                .at(key.at));
        }
        Ok(Some(found))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let value = self
            .value
            .take()
            .ok_or_else(|| Fault::custom("a value was read before its key"))?;
        seed.deserialize(value)
            .map_err(|fault: Fault| fault.at(value.at))
    }
}

struct Variant<'de> {
    key: &'de str,
    at: usize,
    value: &'de Node,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Fault;
    type Variant = &'de Node;

    fn variant_seed<V: DeserializeSeed<'de>>(
        self,
        seed: V,
    ) -> Result<(V::Value, &'de Node), Fault> {
        let name: StrDeserializer<'_, Fault> = self.key.into_deserializer();
        Ok((
            seed.deserialize(name)
                .map_err(|fault: Fault| fault.at(self.at))?,
            self.value,
        ))
    }
}

impl<'de> VariantAccess<'de> for &'de Node {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        Err(expected("nothing", self))
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Fault> {
        seed.deserialize(self)
            .map_err(|fault: Fault| fault.at(self.at))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        de::Deserializer::deserialize_seq(self, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        de::Deserializer::deserialize_map(self, visitor)
    }
}

/// The keys that a struct, or the names that an enum, is read from: asked of serde itself, so that
/// the reference in docs/AUTHORING.md can be held against the code.
pub(crate) fn keys_of<T: DeserializeOwned>() -> &'static [&'static str] {
    let mut keys: &'static [&'static str] = &[];
    // The answer comes by way of the side effect; there is no value to be had.
    let _ = T::deserialize(KeyReader(&mut keys));
    keys
}

struct KeyReader<'a>(&'a mut &'static [&'static str]);

impl<'de> de::Deserializer<'de> for KeyReader<'_> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Fault> {
        Err(Fault::custom("keys only"))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Fault> {
        *self.0 = fields;
        Err(Fault::custom("keys only"))
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Fault> {
        *self.0 = variants;
        Err(Fault::custom("keys only"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 u8 u16 u32 u64 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map identifier ignored_any
    }
}
