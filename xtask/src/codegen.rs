//! `cargo xtask codegen`: a description in, a crate written or checked.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Args;
use openapi_rust_generator::diagnostic::{Diagnostic, Severity};
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, Generated};

use crate::files;
use crate::output::{self, Difference};

/// Prints a line. Whoever no longer reads it, such as `head`, does not mind that it cannot be printed.
macro_rules! tell {
    ($to:expr, $($arguments:tt)*) => {
        let _ = writeln!($to, $($arguments)*);
    };
}

/// What `cargo xtask codegen` is asked to do.
#[derive(Debug, Args)]
pub struct Arguments {
    /// The description, YAML or JSON [default: spec/avido.yaml]
    #[arg(long, value_name = "PATH")]
    pub spec: Option<PathBuf>,
    /// The folder that the files which the description refers to must be in [default: the workspace, or the
    /// description's own folder if it lies outside]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// The settings [default: codegen.toml beside the description, if there is one]
    #[arg(long, value_name = "PATH")]
    pub config: Option<PathBuf>,
    /// The folder of the crate [default: generated]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The crate's name [default: the settings', or the description's title in kebab case]
    #[arg(long, value_name = "CRATE", value_parser = crate_name)]
    pub name: Option<String>,
    /// Write nothing; fail if the crate is not what the description gives
    #[arg(long)]
    pub check: bool,
}

fn crate_name(name: &str) -> Result<String, String> {
    if openapi_rust_generator::is_crate_name(name) {
        Ok(name.to_owned())
    } else {
        Err("a crate's name begins with a letter, holds letters, digits, `-` and `_`, and is neither a keyword nor a \
             crate that the generated one depends on"
            .to_owned())
    }
}

/// The folder that holds the workspace.
pub fn workspace() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Runs the command; its exit status is 1 where the description has errors or the output is stale.
///
/// # Errors
/// A file cannot be read or written, or the settings cannot be understood.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let start = Instant::now();
    let workspace = workspace();
    let spec = arguments.spec.clone().unwrap_or_else(|| workspace.join("spec/avido.yaml"));
    let out = arguments.out.clone().unwrap_or_else(|| workspace.join("generated"));
    let name = display_name(&spec, &workspace);
    let mut settings = settings(&spec, arguments.config.as_deref())?;
    if arguments.name.is_some() {
        settings.crate_name.clone_from(&arguments.name);
    }
    let generated = match generate(&spec, arguments.root.as_deref(), &name, &settings)? {
        Ok(generated) => generated,
        Err(diagnostics) => {
            print(&diagnostics);
            let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
            tell!(io::stderr(), "{name}: {}, nothing written", plural(errors, "error"));
            return Ok(ExitCode::FAILURE);
        }
    };
    print(&generated.warnings);
    let operations = generated.api.operations().count();
    let read =
        format!("read {name}: {}, {}", plural(operations, "operation"), plural(generated.api.types.len(), "type"));
    let folder = display_name(&out, &workspace);
    if arguments.check {
        let differences = output::check(&out, &generated.files)?;
        return Ok(report_check(&differences, &read, &folder, start));
    }
    let written = output::write(&out, &generated.files)?;
    tell!(io::stdout(), "{read}");
    tell!(
        io::stdout(),
        "{folder}: {} written, {} left alone, {} removed ({} ms)",
        plural(written.written, "file"),
        written.unchanged,
        written.removed,
        start.elapsed().as_millis()
    );
    Ok(ExitCode::SUCCESS)
}

/// Reads the description `spec`, which diagnostics and headers call `name`, and generates. Other files are read from
/// within `root`; without one, from within [`files::default_root`].
///
/// # Errors
/// The description cannot be read.
pub fn generate(
    spec: &Path,
    root: Option<&Path>,
    name: &str,
    settings: &Settings,
) -> Result<Result<Generated, Vec<Diagnostic>>> {
    let text = fs::read(spec).with_context(|| format!("cannot read the description {}", spec.display()))?;
    let root = root.map_or_else(|| files::default_root(spec, &workspace()), Path::to_owned);
    let read = |path: &str| files::read(spec, &root, path);
    Ok(openapi_rust_generator::generate(Description::new(name, &text).with_files(&read), settings))
}

/// The settings of `config`, or of the codegen.toml beside the description, or none.
///
/// # Errors
/// They cannot be read or understood.
pub fn settings(spec: &Path, config: Option<&Path>) -> Result<Settings> {
    let beside = spec.with_file_name("codegen.toml");
    let path = match config {
        Some(path) => path,
        None if beside.is_file() => &beside,
        None => return Ok(Settings::default()),
    };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the settings {}", path.display()))?;
    Settings::parse(&text).with_context(|| format!("the settings {} cannot be understood", path.display()))
}

/// The path within the workspace; of a file elsewhere its name alone, so that no path of a machine gets
/// into the output.
pub fn display_name(path: &Path, workspace: &Path) -> String {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let workspace = workspace.canonicalize().unwrap_or_else(|_| workspace.to_owned());
    let shown = absolute.strip_prefix(&workspace).ok().or_else(|| absolute.file_name().map(Path::new));
    shown.unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// Prints what is to be said of a description.
pub fn print(diagnostics: &[Diagnostic]) {
    for diagnostic in diagnostics {
        tell!(io::stderr(), "{diagnostic}\n");
    }
}

fn report_check(differences: &[Difference], read: &str, folder: &str, start: Instant) -> ExitCode {
    for difference in differences {
        tell!(io::stderr(), "{folder}/{difference}");
    }
    tell!(io::stdout(), "{read}");
    let time = start.elapsed().as_millis();
    if differences.is_empty() {
        tell!(io::stdout(), "{folder}: fresh ({time} ms)");
        ExitCode::SUCCESS
    } else {
        tell!(
            io::stdout(),
            "{folder}: {} stale; the same command without `--check` repairs it ({time} ms)",
            plural(differences.len(), "file")
        );
        ExitCode::FAILURE
    }
}

fn plural(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
