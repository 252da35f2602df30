//! Small descriptions in, what they become out.

use super::lower;
use crate::diagnostic::Diagnostics;
use crate::model::Api;
use crate::settings::Settings;

fn run(text: &str, settings: &str) -> (Option<Api>, Vec<String>) {
    let document: openapiv3::OpenAPI = serde_yaml::from_str(text).expect("a description");
    let settings = Settings::parse(settings).expect("settings");
    let mut diagnostics = Diagnostics::new("test.yaml");
    let api = lower(&document, &settings, &mut diagnostics);
    let messages = diagnostics.into_list().iter().map(|diagnostic| diagnostic.to_string()).collect();
    (api, messages)
}

#[test]
fn avido_lowers_with_one_warning() {
    let text = include_str!("../../../spec/avido.yaml");
    let settings = include_str!("../../../spec/codegen.toml");
    let (api, messages) = run(text, settings);
    assert_eq!(messages.len(), 1, "{messages:#?}");
    assert!(messages[0].contains("#/components/schemas/ApiKeyOutput/properties/applicationId/example"));
    assert!(api.is_some());
}
