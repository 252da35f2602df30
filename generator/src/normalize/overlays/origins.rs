//! Where the parts of a root are from that overlays have changed.

use std::collections::HashMap;

use crate::tree::{escape, segments};

/// A place in a file that somebody wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Source {
    /// The overlay, as the caller named it; none for the description.
    pub(crate) file: Option<String>,
    /// The JSON pointer in it.
    pub(crate) pointer: String,
}

impl Source {
    fn child(&self, segment: &str) -> Self {
        Self { file: self.file.clone(), pointer: format!("{}/{}", self.pointer, escape(segment)) }
    }
}

/// A tree beside that of the root, as far as the two differ: what is not in it is where it always was.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origins {
    source: Option<Source>,
    children: HashMap<String, Origins>,
}

/// That of a value which stands in one place as a whole.
impl From<Source> for Origins {
    fn from(source: Source) -> Self {
        Self { source: Some(source), children: HashMap::new() }
    }
}

impl Origins {
    /// Where the part at `pointer` of the root was written.
    pub(crate) fn of(&self, pointer: &str) -> Source {
        let mut source = self.source();
        let mut known = Some(self);
        for segment in segments(pointer) {
            known = known.and_then(|known| known.children.get(&*segment));
            source = match known.and_then(|known| known.source.clone()) {
                Some(source) => source,
                None => source.child(&segment),
            };
        }
        source
    }

    /// Where the whole was written.
    pub(super) fn source(&self) -> Source {
        self.source.clone().unwrap_or(Source { file: None, pointer: String::new() })
    }

    /// The part at `pointer`, for a copy of it.
    pub(super) fn part(&self, pointer: &str) -> Self {
        segments(pointer).fold(self.clone(), |part, segment| part.child(&segment))
    }

    /// The part that is the member `key`.
    pub(super) fn child(&self, key: &str) -> Self {
        let child = self.children.get(key).cloned().unwrap_or_default();
        Self { source: child.source.or_else(|| Some(self.source().child(key))), children: child.children }
    }

    /// The member `key` of what is at `parent` is new.
    pub(super) fn set(&mut self, parent: &str, key: &str, origin: Self) {
        self.at(parent).children.insert(key.to_owned(), origin);
    }

    /// The value at `pointer` is another one.
    pub(super) fn replace(&mut self, pointer: &str, origin: Self) {
        *self.at(pointer) = origin;
    }

    /// The member `key` is no more.
    pub(super) fn remove(&mut self, parent: &str, key: &str) {
        self.at(parent).children.remove(key);
    }

    /// The item at `index` of `length` is no more: those behind it move up.
    pub(super) fn remove_item(&mut self, parent: &str, index: usize, length: usize) {
        let list = self.of(parent);
        let children = &mut self.at(parent).children;
        children.remove(&index.to_string());
        for next in index + 1..length {
            let key = next.to_string();
            let mut moved = children.remove(&key).unwrap_or_default();
            moved.source.get_or_insert_with(|| list.child(&key));
            children.insert((next - 1).to_string(), moved);
        }
    }

    fn at(&mut self, pointer: &str) -> &mut Self {
        let mut known = self;
        for segment in segments(pointer) {
            known = known.children.entry(segment.into_owned()).or_default();
        }
        known
    }
}
