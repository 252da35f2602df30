//! Generates the crate into cargo's folder for it, so that it is never older than the generator.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use openapi_rust_generator::render::Renderer;
use openapi_rust_generator::settings::Settings;
use openapi_rust_generator::{Description, generate};

const DESCRIPTION: &str = "../traffic.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed={DESCRIPTION}");
    let text = fs::read(DESCRIPTION)?;
    let description = Description::new("traffic.yaml", &text);
    let settings = Settings::parse("codegen.toml", "crate = \"traffic-api\"");
    let generated = generate(description, &settings)
        .map_err(|diagnostics| Renderer::new(description, &settings).text(&diagnostics))?;
    let out = Path::new(&env::var("OUT_DIR")?).join("traffic-api");
    for file in &generated.files {
        let path = out.join(&file.path);
        fs::create_dir_all(path.parent().unwrap_or(&out))?;
        fs::write(path, if file.path == "src/lib.rs" { included(&file.text) } else { file.text.clone() })?;
    }
    Ok(())
}

/// The root of the crate without its docs, which cannot be included.
fn included(root: &str) -> String {
    root.lines().filter(|line| !line.starts_with("//!")).map(|line| format!("{line}\n")).collect()
}
