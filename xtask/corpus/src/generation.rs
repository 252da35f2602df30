//! One description in, its crate on disk and what there is to know of it out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, anyhow};
use openapi_rust_generator::Generated;
use openapi_rust_generator::diagnostic::{Diagnostic, Severity};
use openapi_rust_generator::settings::Settings;
use xtask::codegen::Input;
use xtask::{codegen, output};

use crate::discovery::Description;

/// What became of a description.
#[derive(Debug)]
pub struct Generation {
    /// How long it took, from reading the description to the text of the last file.
    pub time: Duration,
    /// The crate.
    pub outcome: Outcome,
}

/// What the generator made of a description.
#[derive(Debug)]
pub enum Outcome {
    /// A crate, which is written.
    Written {
        /// How much of it there is.
        size: Size,
        /// What the generator warns of.
        warnings: Vec<Diagnostic>,
    },
    /// Nothing but diagnostics, errors among them.
    Refused(Vec<Diagnostic>),
    /// No answer: a file cannot be read or written, or the generator panicked.
    Broken(String),
}

/// How much was generated.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Operations of the model.
    pub operations: usize,
    /// Types of the model.
    pub types: usize,
    /// Files of the crate.
    pub files: usize,
    /// Lines of all files.
    pub lines: usize,
}

impl Generation {
    /// Everything that the generator says of the description.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        match &self.outcome {
            Outcome::Written { warnings, .. } => warnings,
            Outcome::Refused(diagnostics) => diagnostics,
            Outcome::Broken(_) => &[],
        }
    }

    /// How many diagnostics of this weight there are.
    pub fn count(&self, severity: Severity) -> usize {
        self.diagnostics().iter().filter(|diagnostic| diagnostic.severity == severity).count()
    }
}

/// Generates the crate of `description` into `folder`.
pub fn generate(description: &Description, folder: &Path) -> Generation {
    let start = Instant::now();
    let generated = catch_unwind(AssertUnwindSafe(|| generated(description)));
    let time = start.elapsed();
    let outcome = match generated {
        Ok(Ok(Ok(generated))) => write(generated, folder),
        Ok(Ok(Err(diagnostics))) => Ok(Outcome::Refused(diagnostics)),
        Ok(Err(error)) => Err(error),
        Err(_) => Err(anyhow!("the generator panicked")),
    };
    let outcome = outcome.unwrap_or_else(|error| Outcome::Broken(format!("{error:#}")));
    Generation { time, outcome }
}

fn generated(description: &Description) -> Result<Result<Generated, Vec<Diagnostic>>> {
    let (input, settings) = input(description)?;
    Ok(input.generate(&settings))
}

fn input(description: &Description) -> Result<(Input, Settings)> {
    let mut settings = codegen::settings(&description.path, None)?;
    settings.crate_name = Some(description.name.clone());
    Ok((Input::read(&description.path, None, &settings, &[])?, settings))
}

/// Diagnostics of a description, with the lines that they are about.
pub fn render(description: &Description, diagnostics: &[Diagnostic]) -> String {
    match input(description) {
        Ok((input, settings)) => input.render(diagnostics, &settings),
        Err(_) => diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n\n")).collect(),
    }
}

fn write(generated: Generated, folder: &Path) -> Result<Outcome> {
    output::write(folder, &generated.files)?;
    let size = Size {
        operations: generated.api.operations().count(),
        types: generated.api.types.len(),
        files: generated.files.len(),
        lines: generated.files.iter().map(|file| file.text.lines().count()).sum(),
    };
    Ok(Outcome::Written { size, warnings: generated.warnings })
}
