//! The sides of the API that are generated, each behind a feature of the crate.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::Api;
use crate::settings::Settings;

/// A side of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Client,
    Server,
    /// Sends webhooks: for whoever implements the API.
    Sender,
    /// Receives webhooks: for whoever uses it.
    Receiver,
}

impl Side {
    /// Its feature.
    pub(crate) fn feature(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Server => "server",
            Self::Sender => "webhook-sender",
            Self::Receiver => "webhook-receiver",
        }
    }
}

/// A feature of the crate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Feature {
    Side(Side),
    /// The server loop.
    Serve,
    Tracing,
    Testing,
}

impl Feature {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Side(side) => side.feature(),
            Self::Serve => "serve",
            Self::Tracing => "tracing",
            Self::Testing => "testing",
        }
    }

    /// What it brings.
    pub(crate) fn brings(self) -> &'static str {
        match self {
            Self::Side(Side::Client) => "the client traits and `Client`, which implements them over HTTP",
            Self::Side(Side::Server) => "the handler traits and the router",
            Self::Side(Side::Sender) => "a sender of the API's webhooks and callbacks",
            Self::Side(Side::Receiver) => "a receiver of the API's webhooks and callbacks",
            Self::Serve => "connections with limits, and an orderly end",
            Self::Tracing => "spans and metrics of requests; what handlers fail with",
            Self::Testing => "for tests, a layer that holds answers against the description",
        }
    }

    pub(crate) fn is_default(self) -> bool {
        matches!(self, Self::Side(Side::Client | Side::Server))
    }
}

/// Which sides there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sides {
    pub(crate) has_client: bool,
    pub(crate) has_server: bool,
    pub(crate) has_sender: bool,
    pub(crate) has_receiver: bool,
}

impl Sides {
    pub(crate) fn of(api: &Api, settings: &Settings) -> Self {
        let has_webhooks = !api.webhooks.is_empty();
        Self {
            has_client: settings.has_client(),
            has_server: settings.has_server(),
            has_sender: has_webhooks && settings.has_server(),
            has_receiver: has_webhooks && settings.has_client(),
        }
    }

    /// Whether anything sends requests.
    pub(crate) fn has_sending(self) -> bool {
        self.has_client || self.has_sender
    }

    /// Whether anything answers them.
    pub(crate) fn has_answering(self) -> bool {
        self.has_server || self.has_receiver
    }

    pub(crate) fn has_any(self) -> bool {
        self.has_sending() || self.has_answering()
    }

    /// The crate's features, those on by default first.
    pub(crate) fn features(self) -> Vec<Feature> {
        let sides = self.among(&[Side::Client, Side::Server, Side::Sender, Side::Receiver]);
        let further = [
            (self.has_answering(), Feature::Serve),
            (self.has_any(), Feature::Tracing),
            (self.has_client, Feature::Testing),
        ];
        let further = further.into_iter().filter(|(is_there, _)| *is_there).map(|(_, feature)| feature);
        sides.into_iter().map(Feature::Side).chain(further).collect()
    }

    /// Those there are, of `sides`.
    pub(crate) fn among(self, sides: &[Side]) -> Vec<Side> {
        let has = |side: &Side| match side {
            Side::Client => self.has_client,
            Side::Server => self.has_server,
            Side::Sender => self.has_sender,
            Side::Receiver => self.has_receiver,
        };
        sides.iter().copied().filter(has).collect()
    }
}

/// `feature = "client"`, `any(feature = "client", feature = "server")`; none if there are no sides.
pub(crate) fn predicate(sides: &[Side]) -> Option<TokenStream> {
    let features = sides.iter().map(|side| {
        let feature = side.feature();
        quote! { feature = #feature }
    });
    match sides {
        [] => None,
        [_] => Some(quote! { #(#features)* }),
        _ => Some(quote! { any(#(#features),*) }),
    }
}

/// The same as text.
pub(crate) fn predicate_text(sides: &[Side]) -> String {
    let features: Vec<String> = sides.iter().map(|side| format!("feature = \"{}\"", side.feature())).collect();
    match &*features {
        [feature] => feature.clone(),
        features => format!("any({})", features.join(", ")),
    }
}
