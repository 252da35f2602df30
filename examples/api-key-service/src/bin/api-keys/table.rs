//! Keys as a table.

use avido_api::types::ApiKeyOutput;
use comfy_table::{Table, presets};

/// A line for each key, its columns aligned.
pub(crate) fn keys(keys: &[ApiKeyOutput]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_header(["ID", "KEY", "NAME", "CREATED"]);
    for key in keys {
        table.add_row([
            key.id.to_string(),
            format!("{}…", printable(&key.key_id)),
            printable(&key.name),
            key.created_at.format("%Y-%m-%d %H:%M:%S UTC").to_string(),
        ]);
    }
    table
}

/// The text without control characters: what a server sends must not steer the terminal.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|character| if character.is_control() { '\u{fffd}' } else { character }).collect()
}
