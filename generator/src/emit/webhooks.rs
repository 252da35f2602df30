//! `webhooks/`: the requests that the API makes itself: what both sides know of them, the sender and the receiver.

use proc_macro2::TokenStream;
use quote::quote;

use crate::emit::imports::Side;
use crate::emit::rust_type::ident;
use crate::emit::tags::{self, Surface};
use crate::emit::{File, Item, client, docs, operations, payload, server, sides};
use crate::model::{Api, Operation, Tag, Webhook};
use crate::settings::Settings;

pub(crate) fn files(api: &Api, settings: &Settings) -> Vec<File> {
    let sides = sides::Sides::of(api, settings);
    let mut files = vec![root(api, sides)];
    files.extend(operations::webhook_files(api));
    if sides.has_sender {
        files.extend(sender_files(api));
    }
    if sides.has_receiver {
        files.extend(receiver_files(api, settings.has_stubs()));
    }
    files
}

fn root(api: &Api, sides: sides::Sides) -> File {
    let mut paragraphs = vec![docs::markdown(&format!(
        "Webhooks and callbacks of the {}: requests that the API makes itself, to URLs that its users have given.",
        api.title
    ))];
    let sender =
        sides.has_sender.then_some("Whoever implements the API sends them: `sender`, feature `webhook-sender`.");
    let receiver =
        sides.has_receiver.then_some("Whoever uses the API receives them: `receiver`, feature `webhook-receiver`.");
    paragraphs.push([sender, receiver].into_iter().flatten().map(str::to_owned).collect());
    paragraphs.push(vec![
        "Both sides read as a client reads responses: what the description does not know is survived, and no constraint"
            .to_owned(),
        "is checked, so that a receiver goes on when the API has moved on.".to_owned(),
    ]);
    let sender = sides.has_sender.then(|| quote! { #[cfg(feature = "webhook-sender")] pub mod sender; });
    let receiver = sides.has_receiver.then(|| quote! { #[cfg(feature = "webhook-receiver")] pub mod receiver; });
    let items = quote! { pub mod operations; #sender #receiver };
    File::rust("src/webhooks/mod.rs", docs::joined(paragraphs), vec![Item::from(items)])
}

// ---- sender ----

/// What the sender's root re-exports.
const SENDER_KNOWN: &[&str] = &[
    "Answer",
    "ApiError",
    "Attempt",
    "Body",
    "BuildError",
    "Call",
    "Error",
    "Invalid",
    "Location",
    "Operation",
    "Segment",
    "Sender",
    "Transport",
    "Violation",
];

fn sender_files(api: &Api) -> Vec<File> {
    let docs = docs::markdown(&format!(
        "Sends the webhooks and callbacks of the {}, over HTTP: each to the URL that its receiver has given.",
        api.title
    ));
    let root = vec![
        Item::from(quote! {
            pub use crate::support::body::Body;
            pub use crate::support::client::sender::Sender;
            pub use crate::support::client::{Answer, Attempt, BuildError, Call, Error, Transport, TransportService};
            pub use crate::support::operation::{ApiError, Operation};
            pub use crate::support::violation::{Invalid, Location, Segment, Violation};
        }),
        client::prelude(&api.webhooks).into(),
    ];
    tags::files(Surface::webhooks(api), Side::Sender, docs, SENDER_KNOWN, root, |tag| client::tag_items(api, tag))
}

// ---- receiver ----

/// What the receiver's root re-exports.
const RECEIVER_KNOWN: &[&str] = &[
    "Accept",
    "AuthError",
    "Body",
    "Bytes",
    "ConnectionLimits",
    "Failure",
    "Gate",
    "Limits",
    "Location",
    "MethodRouter",
    "Operation",
    "Parts",
    "Receiver",
    "Rejection",
    "RejectionKind",
    "Response",
    "Segment",
    "Violation",
];

fn receiver_files(api: &Api, has_stubs: bool) -> Vec<File> {
    let docs = docs::markdown(&format!(
        "Receives the webhooks and callbacks of the {}: handler traits, `Gate`, which says whether a delivery is \
         genuine, and `Receiver`, which gives each a route.",
        api.title
    ));
    let accept =
        api.webhook_operations().any(payload::has_choice).then(|| quote! { pub use crate::support::content::Accept; });
    let root = vec![Item::from(quote! {
        pub use axum::routing::MethodRouter;
        pub use bytes::Bytes;
        #accept
        pub use crate::support::operation::Operation;
        pub use crate::support::server::receiver::{Gate, Receiver};
        pub use crate::support::server::{AuthError, Body, Failure, Limits, Parts, Rejection, RejectionKind, Response, json_response};
        #[cfg(feature = "serve")]
        pub use crate::support::server::{ConnectionLimits, serve};
        pub use crate::support::violation::{Location, Segment, Violation};
    })];
    tags::files(Surface::webhooks(api), Side::Receiver, docs, RECEIVER_KNOWN, root, |tag| {
        receiver_items(api, tag, has_stubs)
    })
}

fn receiver_items(api: &Api, tag: &Tag, has_stubs: bool) -> Vec<Item> {
    let mut items = vec![server::trait_item(api, tag, has_stubs).into(), routes(tag).into()];
    items.extend(tag.operations.iter().map(|operation| server::endpoint(tag, operation).into()));
    items
}

/// ```text
/// impl<S: Webhooks> Receiver<S> {
///     pub fn new_pet(&self) -> MethodRouter { self.route(&operations::NEW_PET, new_pet_endpoint) }
///     pub fn by_name(&self, name: impl Fn(&Parts, &Bytes) -> Option<String> + …) -> MethodRouter { … }
/// }
/// ```
fn routes(tag: &Tag) -> TokenStream {
    let bound = ident(&tag.name);
    let routes = tag.operations.iter().map(|operation| {
        let name = ident(&operation.name);
        let doc = docs::attributes(&[route_doc(operation)]);
        let (constant, endpoint) = (operations::constant(operation), server::endpoint_name(operation));
        quote! {
            #doc
            pub fn #name(&self) -> MethodRouter {
                self.route(&operations::#constant, #endpoint)
            }
        }
    });
    let is_named = tag.operations.iter().any(|operation| operation.webhook == Some(Webhook::Webhook));
    let by_name = is_named.then(|| by_name(tag));
    quote! {
        impl<S: #bound> Receiver<S> { #by_name #(#routes)* }
    }
}

fn route_doc(operation: &Operation) -> String {
    let (method, name) = (&operation.method, docs::code(&operation.wire_name));
    match operation.webhook {
        Some(Webhook::Callback(_)) => {
            format!("The route of `{method}` callback {name}: put it where the API is told to call.")
        }
        _ => format!("The route of `{method}` webhook {name}: put it where the API sends it."),
    }
}

/// One route for all webhooks.
fn by_name(tag: &Tag) -> TokenStream {
    let arrivals = tag.operations.iter().map(|operation| {
        let (constant, endpoint) = (operations::constant(operation), server::endpoint_name(operation));
        quote! { (&operations::#constant, #endpoint) }
    });
    quote! {
        /// One route for all webhooks, where the API sends them to one URL. `name` finds the name of what arrived (an
        /// operation's `id`) in its head and body, which are not verified yet: it should look, and do nothing else.
        pub fn by_name(
            &self,
            name: impl Fn(&Parts, &Bytes) -> Option<String> + Send + Sync + 'static,
        ) -> MethodRouter {
            self.route_by_name(name, [#(#arrivals),*])
        }
    }
}
