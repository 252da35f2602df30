//! `cargo xtask codegen`: a description in, a crate written or checked.

use std::cmp::Reverse;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use anstream::{AutoStream, ColorChoice};
use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use openapi_rust_generator::diagnostic::{Diagnostic, Severity};
use openapi_rust_generator::render::{Renderer, count};
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, Generated, Overlay};

use crate::files;
use crate::output::{self, Difference, Written};

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
    /// An OpenAPI Overlay to apply to the description, after those of the settings; may be repeated
    #[arg(long, value_name = "PATH")]
    pub overlay: Vec<PathBuf>,
    /// The folder of the crate [default: generated]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// The crate's name [default: the settings', or the description's title in kebab case]
    #[arg(long, value_name = "CRATE", value_parser = crate_name)]
    pub name: Option<String>,
    /// Write nothing; fail if the crate is not what the description gives
    #[arg(long)]
    pub check: bool,
    /// Take warnings for errors
    #[arg(long)]
    pub deny_warnings: bool,
    /// Show every warning, not a few of each kind
    #[arg(long)]
    pub verbose: bool,
    /// How problems are shown
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    pub message_format: MessageFormat,
}

/// How problems are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum MessageFormat {
    /// With the lines that they are about, on standard error
    Human,
    /// A JSON object on a line each, on standard output, which has nothing else then
    Json,
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
/// A file cannot be read or written.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let start = Instant::now();
    let workspace = workspace();
    let spec = arguments.spec.clone().unwrap_or_else(|| workspace.join("spec/avido.yaml"));
    let out = arguments.out.clone().unwrap_or_else(|| workspace.join("generated"));
    let mut settings = settings(&spec, arguments.config.as_deref())?;
    if arguments.name.is_some() {
        settings.crate_name.clone_from(&arguments.name);
    }
    let input = Input::read(&spec, arguments.root.as_deref(), &settings, &arguments.overlay)?;
    let (generated, diagnostics) = match input.generate(&settings) {
        Ok(mut generated) => {
            let warnings = std::mem::take(&mut generated.warnings);
            (Some(generated), warnings)
        }
        Err(diagnostics) => (None, diagnostics),
    };
    match arguments.message_format {
        MessageFormat::Human => input.print(&diagnostics, &settings, arguments.verbose),
        MessageFormat::Json => input.print_json(&diagnostics, &settings),
    }
    let Some(generated) = generated.filter(|_| diagnostics.is_empty() || !arguments.deny_warnings) else {
        let denied = if arguments.deny_warnings { count(&diagnostics, Severity::Warning) } else { 0 };
        let errors = plural(count(&diagnostics, Severity::Error) + denied, "error");
        tell!(io::stderr(), "{}: {errors}, nothing written", input.name);
        let explained = diagnostics.iter().max_by_key(|found| (found.severity, Reverse(found.code)));
        if let (Some(found), MessageFormat::Human) = (explained, arguments.message_format) {
            tell!(io::stderr(), "`cargo xtask explain {}` says more, and so for every code", found.code);
        }
        return Ok(ExitCode::FAILURE);
    };
    let report = Report { folder: display_name(&out, &workspace), read: summary(&input.name, &generated), start };
    let to: &mut dyn io::Write = match arguments.message_format {
        MessageFormat::Human => &mut io::stdout(),
        MessageFormat::Json => &mut io::stderr(),
    };
    if arguments.check {
        return Ok(report.check(&output::check(&out, &generated.files)?, to));
    }
    report.written(&output::write(&out, &generated.files)?, to);
    Ok(ExitCode::SUCCESS)
}

fn summary(name: &str, generated: &Generated) -> String {
    let operations = plural(generated.api.operations().count(), "operation");
    format!("read {name}: {operations}, {}", plural(generated.api.types.len(), "type"))
}

/// A description as it was read, and where its other files are.
#[derive(Debug)]
pub struct Input {
    spec: PathBuf,
    root: PathBuf,
    /// What diagnostics and headers call it.
    pub name: String,
    text: Vec<u8>,
    /// The names and texts of overlays.
    overlays: Vec<(String, Vec<u8>)>,
}

impl Input {
    /// Reads the description `spec`, the overlays of `settings` and `more` of them. Other files are read from within
    /// `root`; without one, from within [`files::default_root`].
    ///
    /// # Errors
    /// The description or an overlay cannot be read.
    pub fn read(spec: &Path, root: Option<&Path>, settings: &Settings, more: &[PathBuf]) -> Result<Self> {
        let text = fs::read(spec).with_context(|| format!("cannot read the description {}", spec.display()))?;
        let root = root.map_or_else(|| files::default_root(spec, &workspace()), Path::to_owned);
        let overlays = settings.overlays.iter().map(Path::new).chain(more.iter().map(PathBuf::as_path));
        let overlays = overlays.map(|path| {
            let text = fs::read(path).with_context(|| format!("cannot read the overlay {}", path.display()))?;
            Ok((display_name(path, &workspace()), text))
        });
        let overlays = overlays.collect::<Result<_>>()?;
        Ok(Self { spec: spec.to_owned(), root, name: display_name(spec, &workspace()), text, overlays })
    }

    /// Generates.
    ///
    /// # Errors
    /// What is wrong with the description or the settings.
    pub fn generate(&self, settings: &Settings) -> Result<Generated, Vec<Diagnostic>> {
        self.with(|description| openapi_rust_generator::generate(description, settings))
    }

    /// All diagnostics as people read them, without colours.
    pub fn render(&self, diagnostics: &[Diagnostic], settings: &Settings) -> String {
        self.with(|description| Renderer::new(description, settings).all(true).text(diagnostics))
    }

    /// Prints all diagnostics for tools.
    fn print_json(&self, diagnostics: &[Diagnostic], settings: &Settings) {
        let lines = self.with(|description| Renderer::new(description, settings).json(diagnostics));
        let _ = write!(io::stdout(), "{lines}");
    }

    /// Prints diagnostics for people: all, or a few of each kind.
    pub fn print(&self, diagnostics: &[Diagnostic], settings: &Settings, shows_all: bool) {
        // A terminal, `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE` decide.
        let is_colored = AutoStream::choice(&io::stderr()) != ColorChoice::Never;
        let shown = self.with(|description| {
            Renderer::new(description, settings).colored(is_colored).all(shows_all).text(diagnostics)
        });
        let _ = write!(io::stderr(), "{shown}");
        if shown.contains("not shown: ") {
            tell!(io::stderr(), "`--verbose` shows everything\n");
        }
    }

    /// What `act` makes of the description.
    pub fn with<T>(&self, act: impl FnOnce(Description<'_>) -> T) -> T {
        let read = |path: &str| files::read(&self.spec, &self.root, path);
        let overlays: Vec<_> = self.overlays.iter().map(|(name, text)| Overlay::new(name, text)).collect();
        act(Description::new(&self.name, &self.text).with_files(&read).with_overlays(&overlays))
    }
}

/// The settings of `config`, or of the codegen.toml beside the description, or none. What is wrong in them is reported
/// when they are used.
///
/// # Errors
/// They cannot be read.
pub fn settings(spec: &Path, config: Option<&Path>) -> Result<Settings> {
    let beside = spec.with_file_name("codegen.toml");
    let path = match config {
        Some(path) => path,
        None if beside.is_file() => &beside,
        None => return Ok(Settings::default()),
    };
    let text = fs::read_to_string(path).with_context(|| format!("cannot read the settings {}", path.display()))?;
    let mut settings = Settings::parse(&display_name(path, &workspace()), &text);
    for overlay in &mut settings.overlays {
        *overlay = path.with_file_name(&*overlay).to_string_lossy().into_owned();
    }
    Ok(settings)
}

/// The path within the workspace; of a file elsewhere its name alone, so that no path of a machine gets
/// into the output.
pub fn display_name(path: &Path, workspace: &Path) -> String {
    let absolute = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let workspace = workspace.canonicalize().unwrap_or_else(|_| workspace.to_owned());
    let shown = absolute.strip_prefix(&workspace).ok().or_else(|| absolute.file_name().map(Path::new));
    shown.unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// What there is to say at the end.
struct Report {
    folder: String,
    read: String,
    start: Instant,
}

impl Report {
    fn check(&self, differences: &[Difference], to: &mut dyn io::Write) -> ExitCode {
        let Self { folder, read, .. } = self;
        for difference in differences {
            tell!(io::stderr(), "{folder}/{difference}");
        }
        tell!(to, "{read}");
        let time = self.start.elapsed().as_millis();
        if differences.is_empty() {
            tell!(to, "{folder}: fresh ({time} ms)");
            ExitCode::SUCCESS
        } else {
            let stale = plural(differences.len(), "file");
            tell!(to, "{folder}: {stale} stale; the same command without `--check` repairs it ({time} ms)");
            ExitCode::FAILURE
        }
    }

    fn written(&self, written: &Written, to: &mut dyn io::Write) {
        let Self { folder, read, .. } = self;
        let time = self.start.elapsed().as_millis();
        let files = plural(written.written, "file");
        tell!(to, "{read}");
        let Written { unchanged, removed, .. } = written;
        tell!(to, "{folder}: {files} written, {unchanged} left alone, {removed} removed ({time} ms)");
    }
}

fn plural(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
