//! The outline of TOML, which the settings are written in.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Span;
use super::outline::{Builder, Content, Outline};

pub(super) fn outline(text: &str) -> Outline<'static> {
    let (table, _) = DeTable::parse_recoverable(text);
    let mut builder = Builder::default();
    object(&mut builder, table.get_ref(), &(0..text.len()));
    builder.finish(text.len())
}

fn object(builder: &mut Builder<'static>, table: &DeTable<'_>, span: &Span) {
    builder.begin(span.start, Content::Object);
    for (key, member) in table {
        builder.key(key.get_ref().to_string(), key.span());
        value(builder, member);
    }
    builder.end(span.end);
}

fn value(builder: &mut Builder<'static>, value: &Spanned<DeValue<'_>>) {
    let span = value.span();
    match value.get_ref() {
        DeValue::Table(table) => object(builder, table, &span),
        DeValue::Array(items) => {
            builder.begin(span.start, Content::Array);
            items.iter().for_each(|item| self::value(builder, item));
            builder.end(span.end);
        }
        _ => {
            builder.value(span, Content::Scalar);
        }
    }
}
