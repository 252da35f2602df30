//! What the generator makes of a text, and whether that is as it must be.

use std::any::Any;
use std::fmt;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use openapi_rust_generator::diagnostic::{Diagnostic, Severity};
use openapi_rust_generator::render::Renderer;
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, Generated, generate};

/// What the generator makes of a description.
#[derive(Debug)]
pub enum Verdict {
    /// A crate, whose sources parse.
    Accepted(Box<Generated>),
    /// It is refused, and why.
    Refused(Vec<Diagnostic>),
    /// What must not be.
    Faulty(Fault),
}

/// What must not be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The generator, or what shows its diagnostics, panics.
    Panic(String),
    /// It is refused without an error.
    Silence,
    /// A source that is no Rust, and why.
    Source(String),
}

impl Fault {
    /// Whether it is the same kind of fault, whatever the description says.
    pub fn is_like(&self, other: &Fault) -> bool {
        match (self, other) {
            (Fault::Panic(one), Fault::Panic(other)) => first_words(one) == first_words(other),
            (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
        }
    }
}

fn first_words(text: &str) -> &str {
    text.char_indices().nth(24).map_or(text, |(end, _)| &text[..end])
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::Panic(message) => write!(f, "panic: {message}"),
            Fault::Silence => f.write_str("refused without an error"),
            Fault::Source(message) => f.write_str(message),
        }
    }
}

/// What the generator makes of the text, without settings and other files.
pub fn verdict(text: &[u8]) -> Verdict {
    let read = |_: &str| Err(io::ErrorKind::NotFound.into());
    verdict_of(Description::new("description.json", text).with_files(&read), &Settings::default())
}

/// What the generator makes of the description.
pub fn verdict_of(description: Description<'_>, settings: &Settings) -> Verdict {
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        let outcome = generate(description, settings);
        let diagnostics = match &outcome {
            Ok(generated) => &generated.warnings,
            Err(diagnostics) => diagnostics,
        };
        let _ = Renderer::new(description, settings).text(diagnostics);
        outcome
    }));
    match outcome {
        Err(panic) => Verdict::Faulty(Fault::Panic(message(&*panic))),
        Ok(Err(diagnostics)) if diagnostics.iter().all(|found| found.severity != Severity::Error) => {
            Verdict::Faulty(Fault::Silence)
        }
        Ok(Err(diagnostics)) => Verdict::Refused(diagnostics),
        Ok(Ok(generated)) => match broken_source(&generated) {
            Some(fault) => Verdict::Faulty(fault),
            None => Verdict::Accepted(Box::new(generated)),
        },
    }
}

fn broken_source(generated: &Generated) -> Option<Fault> {
    let sources = generated.files.iter().filter(|file| file.path.ends_with(".rs"));
    let mut emitted = sources.filter(|file| !file.path.starts_with("src/support/"));
    emitted.find_map(|file| {
        let error = syn::parse_file(&file.text).err()?;
        Some(Fault::Source(format!("{} does not parse: {error}", file.path)))
    })
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("it says nothing").to_owned()
}
