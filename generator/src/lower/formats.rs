//! Formats that codegen.toml gives a type of the user's choice.

use crate::lower::keywords::{Keywords, Kind};
use crate::lower::lowering::Lowering;
use crate::lower::names::{Case, Scope};
use crate::lower::scalar;
use crate::model::{FormatType, IntegerKind, NumberKind, Type};
use crate::tree::Pointer;

/// Types whose own serde form is not that of the format, and the module that reads and writes it.
const MODULES: &[(&str, &str, &str)] = &[("date-time", "time::OffsetDateTime", "time::serde::rfc3339")];

/// The types made for formats so far.
#[derive(Debug, Default)]
pub(super) struct Formats {
    list: Vec<FormatType>,
    scope: Scope,
}

impl Formats {
    /// The types, in the order in which the description first needs them.
    pub(super) fn into_list(self) -> Vec<FormatType> {
        self.list
    }

    /// The path of the type that stands for `format`, read and written by the module `with`.
    fn path(&mut self, format: &str, path: &str, with: &str) -> String {
        let known = self.list.iter().position(|ty| ty.format == format);
        let index = known.unwrap_or_else(|| {
            let name = self.scope.claim_text(format, Case::UpperCamel);
            let ty = FormatType { name, format: format.to_owned(), path: path.to_owned(), with: with.to_owned() };
            self.list.push(ty);
            self.list.len() - 1
        });
        let name = self.list.get(index).map_or("", |ty| ty.name.as_str());
        format!("crate::formats::{name}")
    }
}

impl Lowering<'_> {
    /// The type of a schema that is no object, array, enum or union.
    pub(super) fn scalar(&mut self, kind: Kind, keywords: &Keywords) -> Type {
        let chosen = keywords.format.as_deref().and_then(|format| Some((format, self.choices.format(format)?)));
        let Some((format, choice)) = chosen else {
            return scalar::scalar_type(kind, keywords);
        };
        let path: String = choice.path().split_whitespace().collect();
        let known = MODULES.iter().find(|(known, ty, _)| *known == format && *ty == path);
        match choice.with().or(known.map(|(_, _, with)| *with)) {
            Some(with) => Type::Custom(self.formats.path(format, &path, with)),
            None => match known_type(&path) {
                Some(ty) if fits(&ty, kind) => ty,
                Some(_) => {
                    let message = format!("`{path}` cannot hold the {} of format `{format}`", values(kind));
                    let place = Pointer::from_text("/formats").child(format);
                    self.report.setting_error("format-mismatch", &Pointer::from_text(place), message).help(
                        "choose another type, or one with a module to read and write it: `{ type = …, with = … }`",
                    );
                    scalar::scalar_type(kind, keywords)
                }
                None => Type::Custom(path),
            },
        }
    }
}

/// The types that the generated crate reads without serde's help.
fn known_type(path: &str) -> Option<Type> {
    Some(match path.trim_start_matches("::") {
        "String" | "std::string::String" => Type::String,
        "bool" => Type::Boolean,
        "i8" => Type::Integer(IntegerKind::I8),
        "i16" => Type::Integer(IntegerKind::I16),
        "i32" => Type::Integer(IntegerKind::I32),
        "i64" => Type::Integer(IntegerKind::I64),
        "i128" => Type::Integer(IntegerKind::I128),
        "u8" => Type::Integer(IntegerKind::U8),
        "u16" => Type::Integer(IntegerKind::U16),
        "u32" => Type::Integer(IntegerKind::U32),
        "u64" => Type::Integer(IntegerKind::U64),
        "u128" => Type::Integer(IntegerKind::U128),
        "f32" => Type::Number(NumberKind::F32),
        "f64" => Type::Number(NumberKind::F64),
        path => Type::Formatted(scalar::format_of_type(path)?),
    })
}

fn fits(ty: &Type, kind: Kind) -> bool {
    match kind {
        Kind::String => matches!(ty, Type::String | Type::Formatted(_)),
        Kind::Integer | Kind::Number => matches!(ty, Type::Integer(_) | Type::Number(_)),
        Kind::Boolean => matches!(ty, Type::Boolean),
        Kind::Object | Kind::Array => false,
    }
}

fn values(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "strings",
        Kind::Integer => "integers",
        Kind::Number => "numbers",
        Kind::Boolean => "booleans",
        Kind::Object | Kind::Array => "values",
    }
}
