//! Changes descriptions in their structure, and fails where the generator panics, hangs, needs too much memory, refuses
//! without a word, or writes what is no Rust.
//!
//! ```text
//! cargo xtask mutate [--cases N | --minutes M] [--seed S] [--case N] [--compile N] [DESCRIPTION]...
//! ```
//!
//! Exit status: 0 everything was refused or became Rust; 1 something was not, and is in `target/mutate/found/`.

mod compilation;
mod watch;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use mutations::{Choices as _, Fault, Random, Verdict, described, mutate, parsed, reduced, verdict};
use serde_yaml::Value;

use compilation::Compilation;
use watch::Watch;

/// Changes descriptions in their structure, and fails where the generator does not bear it.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask mutate", bin_name = "cargo xtask mutate")]
struct Arguments {
    /// More descriptions, or folders of some, beside the fixtures
    descriptions: Vec<PathBuf>,
    /// How many descriptions are made
    #[arg(long, default_value_t = 5_000)]
    cases: u64,
    /// Make them for so long instead
    #[arg(long, conflicts_with = "cases")]
    minutes: Option<u64>,
    /// What all choices come from
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Make this one alone, and print it
    #[arg(long)]
    case: Option<u64>,
    /// Compile every crate of so many, with warnings denied
    #[arg(long, value_name = "N")]
    compile: Option<u64>,
    /// Longer descriptions are left alone, in bytes
    #[arg(long, default_value_t = 400_000)]
    longest: usize,
}

/// A description that others are made from.
struct Origin {
    path: PathBuf,
    document: Value,
}

/// How many faults end a run.
const ENOUGH: usize = 20;

/// How many smaller descriptions are tried for one with a fault.
const TRIES: usize = 4_000;

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<ExitCode> {
    let origins = origins(arguments)?;
    let folder = workspace().join("target/mutate");
    if let Some(case) = arguments.case {
        let (origin, document) = mutant(&origins, arguments.seed, case);
        println!("{}", described(&document));
        eprintln!("from {}: {}", origin.path.display(), said(&verdict(described(&document).as_bytes())));
        return Ok(ExitCode::SUCCESS);
    }
    // What panics is told by its case.
    std::panic::set_hook(Box::new(|_| {}));
    let mut run = Run::new(arguments, &folder)?;
    println!("{} descriptions, seed {}", origins.len(), arguments.seed);
    let mut case = 0;
    while run.goes_on(case) {
        run.try_case(&origins, case)?;
        case += 1;
    }
    run.end(case)
}

/// One run, and what it has found.
struct Run<'a> {
    arguments: &'a Arguments,
    folder: PathBuf,
    watch: Watch,
    compilation: Option<Compilation>,
    start: Instant,
    accepted: u64,
    faults: Vec<Fault>,
}

impl<'a> Run<'a> {
    fn new(arguments: &'a Arguments, folder: &Path) -> Result<Self> {
        let found = folder.join("found");
        fs::create_dir_all(&found).with_context(|| format!("cannot make {}", found.display()))?;
        let compilation = arguments.compile.map(|every| Compilation::new(&folder.join("crates"), every));
        Ok(Self {
            arguments,
            folder: folder.to_owned(),
            watch: Watch::start(&folder.join("stuck.json")),
            compilation: compilation.transpose()?,
            start: Instant::now(),
            accepted: 0,
            faults: Vec::new(),
        })
    }

    fn goes_on(&self, case: u64) -> bool {
        let is_time_left = match self.arguments.minutes {
            Some(minutes) => self.start.elapsed() < Duration::from_secs(60 * minutes),
            None => case < self.arguments.cases,
        };
        is_time_left && self.faults.len() < ENOUGH
    }

    fn try_case(&mut self, origins: &[Origin], case: u64) -> Result<()> {
        let (origin, document) = mutant(origins, self.arguments.seed, case);
        let text = described(&document);
        let origin = origin.path.display();
        self.watch.begin(format!("case {case} of seed {}, from {origin}", self.arguments.seed), &text);
        let verdict = verdict(text.as_bytes());
        self.watch.end();
        match verdict {
            Verdict::Refused(_) => {}
            Verdict::Accepted(generated) => {
                self.accepted += 1;
                if let Some(compilation) = &mut self.compilation
                    && let Some(failed) = compilation.add(case, *generated, &text)?
                {
                    for (case, said) in failed {
                        self.keep(case, Fault::Source(said), None)?;
                    }
                }
            }
            Verdict::Faulty(fault) => {
                println!("case {case}, from {origin}: {fault}");
                let smaller =
                    reduced(&document, TRIES, |smaller| match mutations::verdict(described(smaller).as_bytes()) {
                        Verdict::Faulty(found) => found.is_like(&fault),
                        _ => false,
                    });
                self.keep(case, fault, Some(&described(&smaller)))?;
            }
        }
        Ok(())
    }

    fn keep(&mut self, case: u64, fault: Fault, text: Option<&str>) -> Result<()> {
        match text {
            Some(text) => {
                let path = self.folder.join(format!("found/{}-{case}.json", self.arguments.seed));
                fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
                println!("  kept as {}", path.display());
            }
            None => println!("case {case}: {fault}"),
        }
        self.faults.push(fault);
        Ok(())
    }

    fn end(mut self, cases: u64) -> Result<ExitCode> {
        let failed = self.compilation.as_mut().map(Compilation::finish).transpose()?.unwrap_or_default();
        for (case, said) in failed {
            self.keep(case, Fault::Source(said), None)?;
        }
        let compiled = self
            .compilation
            .as_ref()
            .map_or(String::new(), |compilation| format!(", {} compiled", compilation.compiled()));
        println!(
            "{cases} cases in {} s: {} accepted{compiled}, {} faults; at most {} ms and {} MB",
            self.start.elapsed().as_secs(),
            self.accepted,
            self.faults.len(),
            self.watch.longest().as_millis(),
            self.watch.peak() / 1_000_000,
        );
        if self.accepted < cases / 20 {
            bail!("hardly any is accepted: this tests nothing");
        }
        Ok(if self.faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

/// The description that one case is about, and what it was made from.
fn mutant(origins: &[Origin], seed: u64, case: u64) -> (&Origin, Value) {
    let mut random = Random::of_case(seed, case);
    let origin = &origins[random.below(origins.len())];
    let mut document = origin.document.clone();
    mutate(&mut document, &mut random);
    (origin, document)
}

fn said(verdict: &Verdict) -> String {
    match verdict {
        Verdict::Accepted(generated) => {
            format!("accepted, {} types, {} warnings", generated.api.types.len(), generated.warnings.len())
        }
        Verdict::Refused(diagnostics) => {
            let lines: Vec<String> = diagnostics.iter().map(ToString::to_string).collect();
            format!("refused\n{}", lines.join("\n"))
        }
        Verdict::Faulty(fault) => fault.to_string(),
    }
}

fn workspace() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_owned()
}

fn origins(arguments: &Arguments) -> Result<Vec<Origin>> {
    let mut paths = vec![workspace().join("spec/avido.yaml"), workspace().join("tests/fixtures/accept")];
    paths.extend_from_slice(&arguments.descriptions);
    let mut files = Vec::new();
    for path in &paths {
        if path.is_dir() {
            let entries = fs::read_dir(path).with_context(|| format!("cannot read {}", path.display()))?;
            files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_file()));
        } else {
            files.push(path.clone());
        }
    }
    files.sort();
    let mut origins = Vec::new();
    for path in files {
        let is_data = path.extension().is_some_and(|extension| extension == "yaml" || extension == "json");
        let text = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        if !is_data || text.len() > arguments.longest {
            continue;
        }
        origins.extend(
            parsed(&text)
                .filter(|document| document.get("openapi").is_some())
                .map(|document| Origin { path, document }),
        );
    }
    if origins.is_empty() {
        bail!("there are no descriptions");
    }
    Ok(origins)
}
