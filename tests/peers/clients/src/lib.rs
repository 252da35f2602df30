//! What the clients have in common.

use std::error::Error;
use std::fmt::Debug;

use http::{HeaderName, HeaderValue};

/// Calls that went as they should, and those that did not.
#[derive(Debug, Default)]
pub struct Report {
    passed: usize,
    failed: usize,
}

impl Report {
    /// Notes a call that should succeed, and gives what it gave.
    pub fn success<T: Debug, E: Error>(&mut self, operation: &str, result: Result<T, E>) -> Option<T> {
        match result {
            Ok(value) => {
                self.passed += 1;
                println!("{operation}: {}", shortened(&format!("{value:?}")));
                Some(value)
            }
            Err(error) => {
                self.fail(operation, &error);
                None
            }
        }
    }

    /// Notes a call that should end with a failure that the description declares, which `is_expected` knows.
    pub fn failure<T: Debug, E: Error>(
        &mut self,
        operation: &str,
        result: Result<T, E>,
        is_expected: impl Fn(&E) -> bool,
    ) {
        match result {
            Err(error) if is_expected(&error) => {
                self.passed += 1;
                println!("{operation}: {error}");
            }
            Err(error) => self.fail(operation, &error),
            Ok(value) => {
                self.failed += 1;
                println!("{operation}: FAILED: succeeded with {}", shortened(&format!("{value:?}")));
            }
        }
    }

    fn fail(&mut self, operation: &str, error: &dyn Error) {
        self.failed += 1;
        println!("{operation}: FAILED: {error}");
        let mut source = error.source();
        while let Some(error) = source {
            println!("    {error}");
            source = error.source();
        }
    }

    /// Prints the sum; an error if a call failed.
    pub fn finish(self) -> Result<(), Box<dyn Error>> {
        println!("{} passed, {} failed", self.passed, self.failed);
        if self.failed == 0 { Ok(()) } else { Err("some calls failed".into()) }
    }
}

fn shortened(text: &str) -> String {
    let short: String = text.chars().take(100).collect();
    if short.len() < text.len() { format!("{short}…") } else { short }
}

/// The base URL that the program was given.
pub fn base_url() -> Result<String, Box<dyn Error>> {
    Ok(std::env::args().nth(1).ok_or("the argument is a base URL")?)
}

/// The header by which Prism is asked for a status.
pub fn answer_with(status: u16) -> (HeaderName, HeaderValue) {
    let value = HeaderValue::try_from(format!("code={status}")).expect("digits can stand in a header");
    (HeaderName::from_static("prefer"), value)
}
