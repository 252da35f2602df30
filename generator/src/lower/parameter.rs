//! Parameters (OpenAPI 3.1.1, Parameter Object).

use indexmap::map::Entry;
use indexmap::{IndexMap, IndexSet};
use openapiv3::{ParameterSchemaOrContent, QueryStyle, ReferenceOr};

use crate::lower::keywords::{Annotations, Node};
use crate::lower::lowering::{Lowering, docs};
use crate::lower::media_type::Role;
use crate::lower::names::{self, Case, Scope};
use crate::lower::path;
use crate::lower::pointer::{self, Placed};
use crate::lower::report::Report;
use crate::lower::schema::bare;
use crate::model::{Api, Location, MediaKind, Parameter, Place, Segment, Shape, Style, Type};

/// How many parameters an operation may have. Each is a link of one chain of calls, and compilers look at a chain from
/// its end.
const MAX_PARAMETERS: usize = 1_000;

/// Arguments that every handler or method may have besides the parameters.
const RESERVED: &[&str] = &["self_", "accept", "body", "caller", "params"];

/// Header parameters that OpenAPI 3.1.1, Parameter Object, says shall be ignored, and what to do about them.
const IGNORED_HEADERS: &[(&str, &str)] = &[
    ("accept", "the media types of the responses say what is accepted: remove it"),
    ("content-type", "the media types of the body say it: remove it"),
    ("authorization", "describe it as a security scheme"),
];

/// A declared parameter and its place.
struct Declared<'d> {
    parameter: &'d openapiv3::Parameter,
    pointer: String,
}

/// How the value of a parameter or a header is written.
pub(super) struct Written {
    pub(super) node: Option<Node>,
    pub(super) place: Place,
    pub(super) is_json: bool,
}

/// The location of `parameter`, and its style.
fn form_of(parameter: &openapiv3::Parameter) -> (Location, Style) {
    match parameter {
        openapiv3::Parameter::Path { style, .. } => {
            let style = match style {
                openapiv3::PathStyle::Matrix => Style::Matrix,
                openapiv3::PathStyle::Label => Style::Label,
                openapiv3::PathStyle::Simple => Style::Simple,
            };
            (Location::Path, style)
        }
        openapiv3::Parameter::Query { style, .. } => {
            let style = match style {
                QueryStyle::Form => Style::Form,
                QueryStyle::SpaceDelimited => Style::SpaceDelimited,
                QueryStyle::PipeDelimited => Style::PipeDelimited,
                QueryStyle::DeepObject => Style::DeepObject,
            };
            (Location::Query, style)
        }
        openapiv3::Parameter::Header { .. } => (Location::Header, Style::Simple),
        openapiv3::Parameter::Cookie { .. } => (Location::Cookie, Style::Form),
    }
}

impl<'a> Lowering<'a> {
    /// The parameters of an operation: its own, and those of its path item that it does not override;
    /// path parameters first, in the order of the template.
    pub(super) fn parameters(
        &mut self,
        (item, item_pointer): (&'a openapiv3::PathItem, &str),
        (operation, operation_pointer): (&'a openapiv3::Operation, &str),
        segments: &[Segment],
        type_name: &str,
    ) -> Vec<Parameter> {
        let mut declared = IndexMap::new();
        self.declare(&item.parameters, item_pointer, &mut declared);
        self.declare(&operation.parameters, operation_pointer, &mut declared);
        if declared.len() > MAX_PARAMETERS {
            self.report.error(
                "too-many-parameters",
                operation_pointer,
                format!("the operation has {} parameters; {MAX_PARAMETERS} are the most", declared.len()),
                "make one parameter of many: an object, or `content`",
            );
        }
        let mut in_order = Vec::with_capacity(declared.len());
        let variables: IndexSet<&str> = path::variables(segments).into_iter().collect();
        for variable in variables {
            let parameter = declared.shift_remove(&(Location::Path as u8, variable.to_owned()));
            in_order.push((variable, parameter));
        }
        let mut parameters = Vec::new();
        for (variable, declared) in in_order {
            parameters.push(match declared {
                Some(declared) => self.parameter(&declared, type_name),
                None => self.undeclared(variable, operation_pointer),
            });
        }
        for declared in declared.values() {
            if form_of(declared.parameter).0 == Location::Path {
                self.report.warning(
                    "unused-path-parameter",
                    &declared.pointer,
                    format!("the path has no `{{{}}}`", declared.parameter.parameter_data_ref().name),
                    "remove the parameter; it is ignored",
                );
            } else {
                parameters.push(self.parameter(declared, type_name));
            }
        }
        self.name_parameters(&mut parameters);
        parameters
    }

    fn declare(
        &mut self,
        list: &'a [ReferenceOr<openapiv3::Parameter>],
        owner: &str,
        declared: &mut IndexMap<(u8, String), Declared<'a>>,
    ) {
        let components = self.document.components.as_ref();
        let mut own: IndexMap<(u8, String), (Declared<'a>, String)> = IndexMap::new();
        for (index, listed) in list.iter().enumerate() {
            let place = pointer::element(owner, "parameters", index);
            let found = resolve(listed, "parameters", place.clone(), |key| {
                components.and_then(|components| components.parameters.get(key))
            });
            let Some((parameter, pointer)) = found else {
                self.dangling(&place);
                continue;
            };
            let (location, _) = form_of(parameter);
            let mut name = parameter.parameter_data_ref().name.clone();
            if location == Location::Header {
                name.make_ascii_lowercase(); // RFC 9110, section 5.1
                if let Some((_, help)) = IGNORED_HEADERS.iter().find(|(ignored, _)| *ignored == name) {
                    self.report.idle_header(&parameter.parameter_data_ref().name, &pointer, help);
                    continue;
                }
            }
            let place = listed.as_item().map_or(place, |_| pointer.clone());
            match own.entry((location as u8, name)) {
                Entry::Occupied(first) => {
                    let message = format!("the parameter `{}` is declared twice", parameter.parameter_data_ref().name);
                    let help = "remove one of the two; the first one counts";
                    let first = (first.get().1.as_str(), "it is here, too");
                    self.report.warning_of_two("repeated-parameter", (&place, message, help), first);
                }
                Entry::Vacant(entry) => _ = entry.insert((Declared { parameter, pointer }, place)),
            }
        }
        declared.extend(own.into_iter().map(|(key, (parameter, _))| (key, parameter)));
    }

    fn parameter(&mut self, declared: &Declared<'_>, type_name: &str) -> Parameter {
        let data = declared.parameter.parameter_data_ref();
        let (location, style) = form_of(declared.parameter);
        let names = match component_name(&declared.pointer, "parameters") {
            Some(name) => vec![name.clone(), format!("{name}Parameter")],
            None => vec![names::joined(type_name, &data.name)],
        };
        let Written { node, mut place, is_json } = self.written(&data.format, &declared.pointer, &names);
        let mut is_required = data.required || location == Location::Path;
        // Text has no null: it is left out.
        if let (Type::Nullable(inner), false) = (&place.ty, is_json) {
            place.ty = (**inner).clone();
            is_required &= location == Location::Path;
        }
        let is_untyped = !is_json && untyped_is_text(&mut place.ty, style == Style::DeepObject);
        let annotations = self.parameter_annotations(data, node.as_ref());
        let default = node.as_ref().and_then(|node| {
            let own = node.annotations().cloned().unwrap_or_default();
            self.default_of(node, &own)
        });
        let default = if is_untyped { default.and_then(default_text) } else { default };
        let renamed = self.choices.value_name(&declared.pointer);
        Parameter {
            name: renamed.unwrap_or_default(),
            wire_name: data.name.clone(),
            location,
            style: if is_json { Style::Json } else { style },
            explode: data.explode.unwrap_or(matches!(style, Style::Form | Style::DeepObject)),
            allows_reserved: !is_json
                && matches!(declared.parameter, openapiv3::Parameter::Query { allow_reserved: true, .. }),
            place,
            is_required,
            default,
            docs: docs(&annotations, &data.name),
        }
    }

    /// How the value of a parameter or a header is written: in parts as its schema has them, as JSON, or as the text that any
    /// other media type is.
    pub(super) fn written(&mut self, format: &ParameterSchemaOrContent, owner: &str, names: &[String]) -> Written {
        let content = match format {
            ParameterSchemaOrContent::Schema(schema) => {
                let node = self.convert(schema, pointer::child(owner, "schema"));
                self.check_examples(&node);
                let place = self.place(&node, names);
                return Written { node: Some(node), place, is_json: false };
            }
            ParameterSchemaOrContent::Content(content) => content.first(),
        };
        let Some((name, media_type)) = content else {
            return Written { node: None, place: bare(Type::Any), is_json: true };
        };
        let place = pointer::child(&pointer::grandchild(owner, "content", name), "schema");
        let node = media_type.schema.as_ref().map(|schema| self.convert(schema, place));
        if let Some(node) = &node {
            self.check_examples(node);
        }
        let is_json = self.media_kind(name, node.as_ref(), Role::Answer) == MediaKind::Json;
        let place = match &node {
            Some(node) if is_json => self.place(node, names),
            None if is_json => bare(Type::Any),
            node => {
                self.warn_about_structure(MediaKind::Text, node.as_ref(), name);
                self.text_place(node.as_ref(), names)
            }
        };
        Written { node, place, is_json }
    }

    /// The parameter's own words win over its schema's.
    fn parameter_annotations(&self, data: &openapiv3::ParameterData, node: Option<&Node>) -> Annotations {
        let schema = node.and_then(Node::annotations).cloned().unwrap_or_default();
        let mut annotations = Annotations {
            title: schema.title,
            description: data.description.clone().or(schema.description),
            examples: schema.examples,
            is_deprecated: data.deprecated.unwrap_or(false) || schema.is_deprecated,
            ..Annotations::default()
        };
        if let Some(example) = &data.example {
            annotations.examples = vec![(String::new(), example.clone())];
        }
        annotations
    }

    /// A template variable that nobody declares is a string.
    fn undeclared(&mut self, name: &str, operation_pointer: &str) -> Parameter {
        self.report.warning(
            "undeclared-path-parameter",
            operation_pointer,
            format!("path parameter `{name}` is not declared"),
            "declare it; it is taken to be a string",
        );
        Parameter {
            name: String::new(),
            wire_name: name.to_owned(),
            location: Location::Path,
            style: Style::Simple,
            explode: false,
            allows_reserved: false,
            place: bare(Type::String),
            is_required: true,
            default: None,
            docs: Default::default(),
        }
    }

    /// Renamed ones first, then in order; where two collide the later one says where it stands.
    fn name_parameters(&mut self, parameters: &mut [Parameter]) {
        let mut scope = Scope::with_reserved(RESERVED);
        for parameter in parameters.iter_mut().filter(|parameter| !parameter.name.is_empty()) {
            parameter.name = scope.claim([std::mem::take(&mut parameter.name)]);
        }
        for parameter in parameters.iter_mut().filter(|parameter| parameter.name.is_empty()) {
            let location = format!("{:?}", parameter.location);
            parameter.name = scope.claim([
                names::identifier(&parameter.wire_name, Case::Snake),
                names::identifier(&format!("{location} {}", parameter.wire_name), Case::Snake),
            ]);
        }
    }

    /// Reports a reference that nothing answers to.
    pub(super) fn dangling(&mut self, pointer: &str) {
        self.report.error(
            "dangling-reference",
            pointer,
            "the reference points at nothing, or at itself".to_owned(),
            "",
        );
    }
}

/// Warns of several objects of any properties that are spread over one place: nothing tells whose a property is.
pub(super) fn report_open_objects(api: &Api, report: &mut Report<'_>) {
    for operation in api.operations() {
        for location in [Location::Query, Location::Cookie] {
            let is_open =
                |it: &&Parameter| it.style.spreads_objects(it.explode) && api.shape(&it.place.ty) == Shape::Object;
            let open: Vec<&str> =
                operation.parameters_in(location).filter(is_open).map(|it| it.wire_name.as_str()).collect();
            let [first, rest @ ..] = &*open else { continue };
            if !rest.is_empty() {
                let place = pointer::grandchild("/paths", &operation.path, &operation.method.to_ascii_lowercase());
                let message = format!(
                    "the properties of {} stand side by side, and nothing tells whose they are",
                    open.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ")
                );
                let help = format!("a server takes them for `{first}`'s, and the client refuses the others");
                report.warning("undistinguished-objects", &place, message, &help);
            }
        }
    }
}

/// In parts of text every value without a type is a text: nothing tells the number 5 from the string `5`. Only
/// `deepObject` tells the parts of a value by themselves. Says whether there was such a value.
pub(super) fn untyped_is_text(ty: &mut Type, is_deep: bool) -> bool {
    match ty {
        Type::Any => *ty = Type::String,
        Type::Array(inner) | Type::Map(inner) if **inner == Type::Any && !is_deep => **inner = Type::String,
        Type::Nullable(inner) => return untyped_is_text(inner, is_deep),
        _ => return false,
    }
    true
}

/// The default of a value that is a text.
fn default_text(default: serde_json::Value) -> Option<serde_json::Value> {
    match default {
        serde_json::Value::Number(_) | serde_json::Value::Bool(_) => Some(default.to_string().into()),
        serde_json::Value::String(_) => Some(default),
        serde_json::Value::Array(items) => {
            let items: Option<Vec<_>> = items.into_iter().map(default_text).collect();
            items.map(serde_json::Value::Array)
        }
        _ => None,
    }
}

/// The name of the component at `pointer`: what stands inline in it is named after it, not after one of its uses.
pub(super) fn component_name(pointer: &str, section: &str) -> Option<String> {
    match pointer::tokens(pointer).as_slice() {
        [components, kind, key] if components == "components" && kind == section => Some(names::joined("", key)),
        _ => None,
    }
}

/// What `item` refers to and where its author wrote that, through at most as many references as are sensible.
pub(super) fn resolve<'d, T: Placed>(
    item: &'d ReferenceOr<T>,
    section: &str,
    pointer: String,
    find: impl Fn(&str) -> Option<&'d ReferenceOr<T>>,
) -> Option<(&'d T, String)> {
    let mut current = item;
    let mut place = pointer;
    for _ in 0..64 {
        match current {
            ReferenceOr::Item(item) => return Some((item, item.place().unwrap_or(place))),
            ReferenceOr::Reference { reference } => {
                let key = pointer::component_key(reference, section)?;
                current = find(&key)?;
                place = pointer::child(&format!("/components/{section}"), &key);
            }
        }
    }
    None
}
