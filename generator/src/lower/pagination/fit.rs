//! Whether an operation can come in pages as somebody wants it to.

use crate::lower::pagination::wanted::Wanted;
use crate::model::{
    AdditionalProperties, Api, Field, Location, MediaKind, Operation, PageWay, Pagination, Parameter, Response, Shape,
    Status, Step, Style, Type, TypeKind,
};

/// Why an operation does not come in pages.
#[derive(Debug, Default)]
pub(super) struct Unfit {
    /// How much of it fits: the more, the likelier is it meant.
    pub(super) rank: u8,
    /// The setting that does not fit; empty for what no setting says.
    pub(super) key: &'static str,
    pub(super) message: String,
    /// What was looked for, and what there is instead.
    pub(super) sought: String,
    pub(super) known: Vec<String>,
    pub(super) help: Option<&'static str>,
}

impl Unfit {
    fn new(rank: u8, key: &'static str, message: String) -> Self {
        Self { rank, key, message, ..Self::default() }
    }

    fn sought(self, sought: &str, known: Vec<String>) -> Self {
        Self { sought: sought.to_owned(), known, ..self }
    }

    pub(super) fn of_other_items(operation: &Operation) -> Self {
        let message = format!("another operation has the items of what `{}` gives elsewhere", operation.wire_name);
        Self::new(6, "items", message)
    }
}

/// The pagination of the operation. `is_chosen`: somebody has said that it is one of those that come in pages.
pub(super) fn fit(api: &Api, operation: &Operation, wanted: &Wanted, is_chosen: bool) -> Result<Pagination, Unfit> {
    let fitting = Fitting { api, operation };
    for name in &wanted.parameters {
        fitting.parameter("parameters", name)?;
    }
    let way = fitting.parameter_of(wanted)?;
    let (response, body) = fitting.page()?;
    if matches!(way, PageWay::Link { .. }) && !is_chosen {
        fitting.declares_link(response)?;
    }
    let (items, item) = fitting.items(body, wanted.items.as_deref())?;
    if let Some(more) = &wanted.more {
        fitting.value(body, "more", more, "boolean", |_, ty| matches!(ty, Type::Boolean))?;
    }
    fitting.values(body, &item, &way)?;
    Ok(Pagination { way, items, item, more: wanted.more.clone() })
}

/// The type whose way to the items is meant, if others may have the same type.
pub(super) fn page_type(api: &Api, operation: &Operation) -> Option<Type> {
    let (response, body) = Fitting { api, operation }.page().ok()?;
    response.headers.is_empty().then(|| settled(api, body).0.clone())
}

struct Fitting<'a> {
    api: &'a Api,
    operation: &'a Operation,
}

impl<'a> Fitting<'a> {
    fn unfit(&self, rank: u8, key: &'static str, what: &str) -> Unfit {
        Unfit::new(rank, key, format!("`{}` {what}", self.operation.wire_name))
    }

    /// The query parameter of that name.
    fn parameter(&self, key: &'static str, name: &str) -> Result<&'a Parameter, Unfit> {
        let mut query = self.operation.parameters_in(Location::Query);
        query.find(|parameter| parameter.wire_name == name).ok_or_else(|| {
            let known = self.operation.parameters_in(Location::Query).map(|parameter| parameter.wire_name.clone());
            self.unfit(0, key, &format!("has no query parameter `{name}`")).sought(name, known.collect())
        })
    }

    /// What asks for the next page, its parameter looked at.
    fn parameter_of(&self, wanted: &Wanted) -> Result<PageWay, Unfit> {
        let mut way = wanted.way.clone();
        match &mut way {
            PageWay::Cursor { parameter, .. } | PageWay::LastItem { parameter, .. } => {
                let parameter = self.parameter("cursor", parameter)?;
                self.is_scalar("cursor", parameter, "is no string or number", |ty| !matches!(ty, Type::Boolean))?;
            }
            PageWay::Page { parameter, start, .. } => {
                let parameter = self.parameter("page", parameter)?;
                self.is_number("page", parameter)?;
                let default = parameter.default.as_ref().and_then(serde_json::Value::as_u64);
                *start = wanted.start.or(default).unwrap_or(1);
            }
            PageWay::Offset { parameter, .. } => {
                let parameter = self.parameter("offset", parameter)?;
                self.is_number("offset", parameter)?;
            }
            PageWay::Link { .. } | PageWay::Url { .. } => {}
        }
        Ok(way)
    }

    /// Some descriptions call numbers in a query strings.
    fn is_number(&self, key: &'static str, parameter: &Parameter) -> Result<(), Unfit> {
        let is_number = |ty: &Type| matches!(ty, Type::Integer(_) | Type::Number(_) | Type::String | Type::Any);
        self.is_scalar(key, parameter, "is no number", is_number)
    }

    fn is_scalar(
        &self,
        key: &'static str,
        parameter: &Parameter,
        what: &str,
        is_fit: fn(&Type) -> bool,
    ) -> Result<(), Unfit> {
        let (ty, _) = settled(self.api, &parameter.place.ty);
        let is_scalar = matches!(ty, Type::Any) || self.api.shape(ty) == Shape::Scalar;
        if is_scalar && is_fit(ty) && parameter.style != Style::Json {
            return Ok(());
        }
        let message = format!("the parameter `{}` of `{}` {what}", parameter.wire_name, self.operation.wire_name);
        Err(Unfit::new(2, key, message))
    }

    /// The answer that is a page, and the type of its body.
    fn page(&self) -> Result<(&'a Response, &'a Type), Unfit> {
        let requests = self.operation.request_body.iter().flat_map(|body| &body.media_types);
        if requests.into_iter().any(|media| !matches!(media.kind, MediaKind::Json | MediaKind::Form)) {
            return Err(self.unfit(1, "", "has a body that cannot be sent for each page"));
        }
        let [response] = &*self.operation.successes else {
            return Err(self.unfit(1, "", "does not have one success"));
        };
        match (&*response.media_types, response.status) {
            ([media], Status::Code(200..=299)) if media.kind == MediaKind::Json => Ok((response, &media.place.ty)),
            ([_], Status::Code(200..=299)) => Err(self.unfit(1, "", "does not answer with JSON")),
            _ => Err(self.unfit(1, "", "does not have one success of one content and status")),
        }
    }

    fn declares_link(&self, response: &Response) -> Result<(), Unfit> {
        if response.headers.iter().any(|header| header.wire_name.eq_ignore_ascii_case("link")) {
            return Ok(());
        }
        let unfit = self.unfit(3, "link", "declares no header `Link`");
        Err(Unfit {
            help: Some("say in `operations`, `tags`, `paths` or `parameters` which operations have it"),
            ..unfit
        })
    }

    /// The way to the items, and what they are.
    fn items(&self, body: &Type, said: Option<&[String]>) -> Result<(Vec<Step>, Type), Unfit> {
        let deduced = match said {
            Some(_) => None,
            None => Some(self.only_array(body)?),
        };
        let mut steps = Vec::new();
        let (mut ty, options) = settled(self.api, body);
        if options > 0 {
            return Err(self.unfit(4, "", "may give null"));
        }
        for name in said.or(deduced.as_deref()).unwrap_or_default() {
            let Some(field) = self.field(ty, name) else {
                let unfit = self.unfit(4, "items", &format!("gives nothing called `{name}` there"));
                return Err(unfit.sought(name, self.fields(ty)));
            };
            let (inner, options) = settled(self.api, &field.place.ty);
            let options = options + usize::from(!field.is_required);
            steps.push(Step { name: field.name.clone(), wire_name: name.clone(), options });
            ty = inner;
        }
        match ty {
            Type::Array(item) => Ok((steps, (**item).clone())),
            _ => Err(self.unfit(4, "items", "gives no array there")),
        }
    }

    /// Where the items are, if nobody says it: the answer itself, or the only array that it has.
    fn only_array(&self, body: &Type) -> Result<Vec<String>, Unfit> {
        let (ty, _) = settled(self.api, body);
        if matches!(ty, Type::Array(_)) {
            return Ok(Vec::new());
        }
        let is_array = |field: &&Field| matches!(settled(self.api, &field.place.ty).0, Type::Array(_));
        let arrays: Vec<&Field> = self.struct_fields(ty).iter().filter(is_array).collect();
        match &*arrays {
            [only] => Ok(vec![only.wire_name.clone()]),
            [] => Err(self.unfit(3, "", "gives no array")),
            several => {
                let names: Vec<String> = several.iter().map(|field| format!("`{}`", field.wire_name)).collect();
                let unfit = self.unfit(4, "", &format!("gives several arrays: {}", names.join(", ")));
                Err(Unfit { help: Some("say in `items` which of them has the items"), ..unfit })
            }
        }
    }

    /// What the way takes from an answer.
    fn values(&self, body: &Type, item: &Type, way: &PageWay) -> Result<(), Unfit> {
        let is_count = |_: &Api, ty: &Type| matches!(ty, Type::Integer(_) | Type::Number(_));
        let is_text = |api: &Api, ty: &Type| {
            !matches!(ty, Type::Boolean | Type::Integer(_) | Type::Number(_)) && api.shape(ty) == Shape::Scalar
        };
        let is_scalar = |api: &Api, ty: &Type| !matches!(ty, Type::Boolean) && api.shape(ty) == Shape::Scalar;
        match way {
            PageWay::Cursor { next, .. } => self.value(body, "next", next, "string or number", is_scalar),
            PageWay::LastItem { last, .. } => self.value(item, "last", last, "string or number", is_scalar),
            PageWay::Url { next } => self.value(body, "link", next, "string", is_text),
            PageWay::Page { total, pages, .. } => {
                let counts = [("total", total), ("pages", pages)];
                let mut counts = counts.into_iter().filter_map(|(key, path)| Some((key, path.as_ref()?)));
                counts.try_for_each(|(key, path)| self.value(body, key, path, "number", is_count))
            }
            PageWay::Offset { total, .. } => match total {
                Some(total) => self.value(body, "total", total, "number", is_count),
                None => Ok(()),
            },
            PageWay::Link { .. } => Ok(()),
        }
    }

    /// Whether there is such a value at a path, as far as the description says what is there.
    fn value(
        &self,
        root: &Type,
        key: &'static str,
        path: &[String],
        what: &str,
        is_fit: impl Fn(&Api, &Type) -> bool,
    ) -> Result<(), Unfit> {
        let (mut ty, _) = settled(self.api, root);
        for name in path {
            ty = match (self.field(ty, name), ty) {
                (Some(field), _) => settled(self.api, &field.place.ty).0,
                (None, Type::Map(values)) => settled(self.api, values).0,
                (None, Type::Any | Type::Custom(_)) => return Ok(()),
                (None, _) => match self.kept(ty) {
                    Some(values) => settled(self.api, values).0,
                    None => {
                        let whose = if key == "last" { "has items with" } else { "gives" };
                        let unfit = self.unfit(5, key, &format!("{whose} nothing called `{name}` there"));
                        return Err(unfit.sought(name, self.fields(ty)));
                    }
                },
            };
        }
        if matches!(ty, Type::Any | Type::Custom(_)) || is_fit(self.api, ty) {
            return Ok(());
        }
        let whose = if key == "last" { "has items with" } else { "gives" };
        Err(self.unfit(5, key, &format!("{whose} no {what} there")))
    }

    fn struct_fields(&self, ty: &Type) -> &'a [Field] {
        match self.api.kind(ty) {
            Some(TypeKind::Struct(it)) => &it.fields,
            _ => &[],
        }
    }

    fn field(&self, ty: &Type, wire_name: &str) -> Option<&'a Field> {
        self.struct_fields(ty).iter().find(|field| field.wire_name == wire_name)
    }

    fn fields(&self, ty: &Type) -> Vec<String> {
        self.struct_fields(ty).iter().map(|field| field.wire_name.clone()).collect()
    }

    /// What the other properties of an object are.
    fn kept(&self, ty: &Type) -> Option<&'a Type> {
        match self.api.kind(ty) {
            Some(TypeKind::Struct(it)) => match &it.additional {
                AdditionalProperties::Kept { values, .. } => Some(&values.ty),
                _ => None,
            },
            _ => None,
        }
    }
}

/// What a type is behind its aliases and boxes, and how many `Option`s are around it.
fn settled<'a>(api: &'a Api, ty: &'a Type) -> (&'a Type, usize) {
    let (mut ty, mut options) = (ty, 0);
    loop {
        ty = match ty {
            Type::Nullable(inner) => {
                options += 1;
                inner
            }
            Type::Boxed(inner) => inner,
            Type::Named(_) => match api.kind(ty) {
                Some(TypeKind::Alias(place)) => &place.ty,
                _ => return (ty, options),
            },
            _ => return (ty, options),
        };
    }
}
