//! Any serde format to a [`Node`], within bounds of depth and size, noting what the format itself lets pass.
//!
//! Keys are read as text whatever they look like, so that YAML's `200:`, `1.10:` and `true:` stay as written.

use std::cell::{Cell, RefCell};
use std::fmt;

use indexmap::map::Entry;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::{Node, Number, Object, escape};

/// How deep arrays and objects may nest.
pub(crate) const MAX_DEPTH: usize = 128;

/// Why a reader stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// Nested deeper than [`MAX_DEPTH`].
    Depth,
    /// Aliases make more of it than its text can justify.
    Size,
}

/// Reads one document and keeps what is to be said about it.
#[derive(Debug, Default)]
pub(crate) struct Reader {
    /// Pointers of keys that an object has a second time; the first one counts.
    duplicates: RefCell<Vec<String>>,
    /// Where and why reading stopped.
    refusal: RefCell<Option<(Refusal, String)>>,
    /// Bytes of text and number of nodes that may still come.
    allowance: Cell<usize>,
    /// Whether `<<` merges mappings (<https://yaml.org/type/merge.html>).
    merges: bool,
}

impl Reader {
    /// A reader for text of that length. Without aliases a tree never weighs more than twice its text.
    pub(crate) fn new(text_length: usize, merges: bool) -> Self {
        Self { allowance: Cell::new(16 * text_length + 1_000_000), merges, ..Self::default() }
    }

    /// Reads the whole document.
    pub(crate) fn read<'de, D: Deserializer<'de>>(&self, format: D) -> Result<Node, D::Error> {
        Place { reader: self, path: Path::Root, depth: 0 }.deserialize(format)
    }

    /// Why it stopped and the pointer where, and the pointers of repeated keys.
    pub(crate) fn into_findings(self) -> (Option<(Refusal, String)>, Vec<String>) {
        (self.refusal.into_inner(), self.duplicates.into_inner())
    }
}

/// Where reading is, as a chain along the call stack: costs nothing until a pointer is asked for.
#[derive(Clone, Copy)]
enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a str),
    Index(&'a Path<'a>, usize),
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(parent, key) => write!(f, "{parent}/{}", escape(key)),
            Path::Index(parent, index) => write!(f, "{parent}/{index}"),
        }
    }
}

#[derive(Clone, Copy)]
struct Place<'a> {
    reader: &'a Reader,
    path: Path<'a>,
    depth: usize,
}

impl Place<'_> {
    fn refuse<E: Error>(&self, refusal: Refusal) -> E {
        *self.reader.refusal.borrow_mut() = Some((refusal, self.path.to_string()));
        E::custom("refused")
    }

    fn spend<E: Error>(&self, weight: usize) -> Result<(), E> {
        match self.reader.allowance.get().checked_sub(weight) {
            Some(rest) => {
                self.reader.allowance.set(rest);
                Ok(())
            }
            None => Err(self.refuse(Refusal::Size)),
        }
    }

    fn descend<E: Error>(&self) -> Result<(), E> {
        if self.depth < MAX_DEPTH { self.spend(1) } else { Err(self.refuse(Refusal::Depth)) }
    }
}

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Node;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Place<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value without a tag")
    }

    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        self.spend(1).map(|()| Node::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Node, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.deserialize(deserializer)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Node, E> {
        self.spend(1).map(|()| Node::Bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Node, E> {
        self.visit_i128(i128::from(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Node, E> {
        self.visit_i128(i128::from(value))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Node, E> {
        self.spend(1).map(|()| Node::Number(Number::Int(value)))
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Node, E> {
        match i128::try_from(value) {
            Ok(value) => self.visit_i128(value),
            Err(_) => self.visit_f64(value as f64),
        }
    }

    /// JSON's whole numbers beyond 64 bits arrive here. Their shortest digits are those that were written, as far as a
    /// float can tell.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Node, E> {
        self.spend(1)?;
        let is_large = value.is_finite() && value.abs() >= 9e18;
        let whole = is_large.then(|| value.to_string().parse().ok()).flatten();
        Ok(Node::Number(whole.map_or(Number::Float(value), Number::Int)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Node, E> {
        self.spend(1 + value.len())?;
        Ok(Node::string(value))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Node, E> {
        self.spend(1 + value.len())?;
        Ok(Node::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        self.descend()?;
        let mut list = Vec::new();
        let item = |index| Place { path: Path::Index(&self.path, index), depth: self.depth + 1, ..self };
        while let Some(node) = items.next_element_seed(item(list.len()))? {
            list.push(node);
        }
        Ok(Node::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Node, A::Error> {
        self.descend()?;
        let mut object = Object::new();
        while let Some(key) = members.next_key::<String>()? {
            self.spend(key.len())?;
            let place = Place { path: Path::Key(&self.path, &key), depth: self.depth + 1, ..self };
            let node = members.next_value_seed(place)?;
            match object.entry(key) {
                Entry::Vacant(entry) => {
                    entry.insert(node);
                }
                Entry::Occupied(entry) => {
                    let pointer = Path::Key(&self.path, entry.key()).to_string();
                    self.reader.duplicates.borrow_mut().push(pointer);
                }
            }
        }
        if self.reader.merges {
            merge(&mut object);
        }
        Ok(Node::Object(object))
    }
}

/// `<<: *base` and `<<: [*a, *b]`: the members of the others, where the object does not have its own.
fn merge(object: &mut Object) {
    let sources = match object.get("<<") {
        Some(Node::Object(_)) => object.shift_remove("<<").into_iter().collect(),
        Some(Node::Array(items)) if items.iter().all(|item| item.as_object().is_some()) => {
            match object.shift_remove("<<") {
                Some(Node::Array(items)) => items,
                _ => Vec::new(),
            }
        }
        _ => return,
    };
    for source in sources {
        if let Node::Object(members) = source {
            for (key, value) in members {
                object.entry(key).or_insert(value);
            }
        }
    }
}
