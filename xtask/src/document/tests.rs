//! The document's format: what is promised in its schema is what is written.

use super::*;
use crate::decide::invented;

/// The schema as it is committed. Run the tests with `BLESS=1` to write it anew after a change that
/// does not break readers; one that does needs a new number in [`SCHEMA`].
const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/compare.schema.json");

#[test]
fn the_committed_schema_is_that_of_the_code() {
    let schema = serde_json::to_value(schemars::schema_for!(Document)).unwrap();
    if std::env::var_os("BLESS").is_some() {
        let text = serde_json::to_string_pretty(&schema).unwrap() + "\n";
        std::fs::write(FILE, text).unwrap();
    }
    let committed = std::fs::read_to_string(FILE).unwrap();
    let committed: serde_json::Value = serde_json::from_str(&committed).unwrap();
    assert!(
        committed == schema,
        "run the tests once with BLESS=1 and look at the difference"
    );
}

#[test]
fn a_document_is_as_its_schema_says() {
    let document = Document::of(invented::four([4.0, 2.0, 3.0, 2.0], [1.0; 4]));
    let schema = serde_json::to_value(schemars::schema_for!(Document)).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let mut json = serde_json::to_value(&document).unwrap();
    assert!(validator.is_valid(&json));
    json["programs"][0]["runs"][0]["wall"] = "long".into();
    assert!(!validator.is_valid(&json));
}

#[test]
fn an_output_has_one_name() {
    use Output::{Differs, FailsOtherwise, Lost, Reference, Same, Stopped};
    for output in [Reference, Same, Differs, FailsOtherwise, Stopped, Lost] {
        let written = serde_json::to_value(output).unwrap();
        assert_eq!(written, output.name());
    }
}
