//! What the variants of a union are named after.

use crate::lower::enumeration::variant_text;
use crate::lower::keywords::{Keywords, Kind, Node};
use crate::lower::lowering::Lowering;
use crate::lower::scalar::scalar_type;
use crate::model::{Format, Tell, Type};

/// How deep in lists and unions a name looks.
const MAX_DEPTH: usize = 3;

/// How many members of a union within a union name it.
const MAX_MEMBERS: usize = 3;

impl Lowering<'_> {
    /// What a member's variant is named after: the component, the value that tells it, its title, the property that
    /// tells it, or its type.
    pub(super) fn member_text(&mut self, node: &Node, tell: &Tell) -> String {
        if let Some(key) = self.component_text(node) {
            return key;
        }
        let Some(flat) = self.resolve(node) else {
            return "Value".to_owned();
        };
        if let Some([value]) = flat.enumeration.as_deref() {
            return variant_text(value);
        }
        if let Tell::Tag { values, .. } | Tell::Constant { values, .. } = tell
            && let [first, rest @ ..] = values.as_slice()
            && rest.len() < MAX_MEMBERS
        {
            let text = rest.iter().fold(first.clone(), |text, value| format!("{text} or {value}"));
            return match tell {
                // `version 1` for the value 1.
                Tell::Constant { property, .. } if text.starts_with(|c: char| c.is_ascii_digit()) => {
                    format!("{property} {text}")
                }
                _ => text,
            };
        }
        match (title(&flat), tell) {
            (Some(title), _) => title,
            (None, Tell::Property(property)) => format!("with {property}"),
            (None, _) => self.moved_name(node).unwrap_or_else(|| self.type_text(&flat, 0)),
        }
    }

    /// The key of the component that a node is.
    fn component_text(&self, node: &Node) -> Option<String> {
        let reference = match node {
            Node::Reference { .. } => node,
            Node::Inline(keywords) => self.wrapped_reference(keywords)?,
        };
        match reference {
            Node::Reference { key, .. } => self.components.get(key).filter(|it| !it.is_inline).map(|_| key.clone()),
            Node::Inline(_) => None,
        }
    }

    /// The name of the type of a schema that stands elsewhere, but not among the components.
    fn moved_name(&self, node: &Node) -> Option<String> {
        match node {
            Node::Reference { key, .. } => self.components.get(key).map(|component| component.name.clone()),
            Node::Inline(_) => None,
        }
    }

    /// What a part of a value is called, if that comes out short.
    fn part_text(&mut self, node: &Node, depth: usize) -> Option<String> {
        if let Some(key) = self.component_text(node) {
            return Some(key);
        }
        let flat = self.resolve(node).filter(|_| depth < MAX_DEPTH)?;
        match flat.kind {
            None => title(&flat),
            Some(_) => title(&flat).or_else(|| Some(self.type_text(&flat, depth))),
        }
    }

    fn type_text(&mut self, flat: &Keywords, depth: usize) -> String {
        if flat.enumeration.is_some() {
            return "Enum".to_owned();
        }
        match flat.kind {
            Some(Kind::String) => string_text(flat),
            Some(Kind::Number) => "Number".to_owned(),
            Some(Kind::Integer) => "Integer".to_owned(),
            Some(Kind::Boolean) => "Boolean".to_owned(),
            Some(Kind::Object) if flat.properties.is_empty() => "Map".to_owned(),
            Some(Kind::Object) => "Object".to_owned(),
            Some(Kind::Array) => {
                let item = flat.items.first().cloned().and_then(|node| self.part_text(&node, depth + 1));
                item.map_or_else(|| "Array".to_owned(), |item| format!("{item} Array"))
            }
            None => self.group_text(flat, depth).unwrap_or_else(|| "Value".to_owned()),
        }
    }

    /// `String or Integer`, for a union of few members that have short names.
    fn group_text(&mut self, flat: &Keywords, depth: usize) -> Option<String> {
        let members = &flat.groups.first()?.members;
        let is_value = |node: &&Node| !matches!(node, Node::Inline(member) if member.is_null);
        let members: Vec<Node> = members.iter().filter(is_value).cloned().collect();
        if members.len() > MAX_MEMBERS {
            return None;
        }
        let texts: Option<Vec<String>> = members.iter().map(|node| self.part_text(node, depth + 1)).collect();
        texts.map(|texts| texts.join(" or "))
    }
}

fn title(flat: &Keywords) -> Option<String> {
    flat.annotations.title.clone().filter(|title| title.contains(char::is_alphanumeric))
}

/// The format, where there is one.
fn string_text(flat: &Keywords) -> String {
    match (scalar_type(Kind::String, flat), &flat.format) {
        (Type::Formatted(format), _) => format_text(format).to_owned(),
        (_, Some(format)) if format.contains(char::is_alphabetic) => format.clone(),
        _ => "String".to_owned(),
    }
}

fn format_text(format: Format) -> &'static str {
    match format {
        Format::Uuid => "Uuid",
        Format::DateTime => "DateTime",
        Format::Date => "Date",
        Format::Base64 | Format::Base64Url => "Bytes",
        Format::Binary => "Binary",
        Format::Ipv4 => "Ipv4",
        Format::Ipv6 => "Ipv6",
        Format::Ip => "Ip",
    }
}
