//! Bodies of several media types: the machinery behind the `contents!` tables.

/// How an enum of a body's forms is told by media type, read and written, a line a form.
///
/// ```text
/// contents! {
///     CreatePetRequestContent = request();
///     Json = json("application/json", &[]);
///     Form = form("application/x-www-form-urlencoded", CREATE_PET_FORM, &[]);
/// }
/// contents! {
///     GetPetResponse = answer();
///     Json = json("application/json");
///     Image = content("image/*");
/// }
/// ```
///
/// A form is read and written by the method that it is named after: of `RequestBuilder` and `Incoming` in a request,
/// of `Reply` and `Outgoing` in an answer.
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! contents {
    ($ty:ident = request(); $($variant:ident = $kind:ident($media_type:literal $(, $argument:expr)* $(,)?);)*) => {
        #[cfg(feature = "client")]
        impl $crate::support::content::SendContent for $ty {
            #[allow(unreachable_patterns, reason = "a form of several media types has a line for each")]
            fn send(self, request: $crate::support::client::RequestBuilder) -> $crate::support::client::RequestBuilder {
                match self {
                    $(Self::$variant(body) => $crate::support::content::content!(@send request, body, $kind($media_type $(, $argument)*)),)*
                }
            }
        }

        #[cfg(feature = "server")]
        impl $crate::support::content::ReceiveContent for $ty {
            fn receive(
                request: &mut $crate::support::server::Incoming,
            ) -> ::core::option::Option<::core::option::Option<Self>> {
                let media_type = request.media_type();
                $(
                    if media_type == $media_type {
                        return request.$kind($media_type $(, $argument)*).map(|body| body.map(Self::$variant));
                    }
                )*
                ::core::option::Option::Some(::core::option::Option::None)
            }
        }
    };
    ($ty:ident = answer(); $($variant:ident = $kind:ident($media_type:literal);)*) => {
        impl $crate::support::content::AnswerContent for $ty {
            #[cfg(feature = "client")]
            fn read(
                reply: &mut $crate::support::client::Reply,
            ) -> ::core::result::Result<Self, $crate::support::client::Unusable> {
                let media_type = reply.media_type(&[$($media_type),*]);
                $(
                    if media_type == ::core::option::Option::Some($media_type) {
                        return reply.$kind($media_type).map(Self::$variant);
                    }
                )*
                ::core::result::Result::Err(reply.undeclared())
            }

            #[cfg(feature = "server")]
            #[allow(unreachable_patterns, reason = "a form of several media types has a line for each")]
            fn write(
                self,
                reply: &mut $crate::support::server::Outgoing,
            ) -> ::core::result::Result<(), $crate::support::server::Rejection> {
                match self {
                    $(Self::$variant(body) => reply.$kind(body, $media_type),)*
                }
            }

            #[allow(unreachable_patterns, reason = "a form of several media types has a line for each")]
            fn json(&self) -> ::core::option::Option<::serde_json::Value> {
                match self {
                    $(Self::$variant(_body) => $crate::support::content::content!(@json $kind, _body),)*
                }
            }
        }
    };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use contents;

/// The parts of [`contents!`] that depend on the kind of a form.
#[allow(unused_macros, reason = "not every API has one")]
macro_rules! content {
    (@send $request:ident, $body:ident, json($($argument:expr),*)) => { $request.json(&$body, $($argument),*) };
    (@send $request:ident, $body:ident, text($($argument:expr),*)) => { $request.text(&$body, $($argument),*) };
    (@send $request:ident, $body:ident, form($($argument:expr),*)) => { $request.form(&$body, $($argument),*) };
    (@send $request:ident, $body:ident, $kind:ident($($argument:expr),*)) => { $request.$kind($body, $($argument),*) };

    (@json json, $body:ident) => { ::serde_json::to_value($body).ok() };
    (@json $kind:ident, $body:ident) => { ::core::option::Option::None };
}
#[allow(unused_imports, reason = "not every API has one")]
pub(crate) use content;

/// A request's body, of one of several media types.
#[cfg(feature = "client")]
pub trait SendContent {
    /// Adds it to a request.
    fn send(self, request: crate::support::client::RequestBuilder) -> crate::support::client::RequestBuilder;
}

/// The same on the other side.
#[cfg(feature = "server")]
pub trait ReceiveContent: Sized {
    /// Reads it by its media type. `None`: the request holds its violations; `Some(None)`: there is no body.
    fn receive(request: &mut crate::support::server::Incoming) -> Option<Option<Self>>;
}

/// An answer's body, of one of several media types.
pub trait AnswerContent: Sized {
    /// Reads it by its media type.
    ///
    /// # Errors
    /// It is of another media type, or not what the description declares for this one.
    #[cfg(feature = "client")]
    fn read(reply: &mut crate::support::client::Reply) -> Result<Self, crate::support::client::Unusable>;

    /// Writes it.
    ///
    /// # Errors
    /// The value cannot be written.
    #[cfg(feature = "server")]
    fn write(self, reply: &mut crate::support::server::Outgoing) -> Result<(), crate::support::server::Rejection>;

    /// It as JSON, if that is what it is.
    fn json(&self) -> Option<serde_json::Value>;
}

#[cfg(feature = "client")]
mod client {
    use super::{AnswerContent, SendContent};
    use crate::support::client::{Reply, RequestBuilder, Unusable};
    use crate::support::media;

    impl RequestBuilder {
        /// Adds a body of one of several media types.
        pub fn one_of<T: SendContent>(self, body: T) -> Self {
            body.send(self)
        }
    }

    impl Reply {
        /// The body, of one of several media types.
        ///
        /// # Errors
        /// As [`AnswerContent::read`].
        pub fn one_of<T: AnswerContent>(&mut self) -> Result<T, Unusable> {
            T::read(self)
        }

        /// Which of `declared` the body is in.
        pub fn media_type(&self, declared: &[&'static str]) -> Option<&'static str> {
            media::choose_leniently(self.content_type(), declared)
        }
    }
}

#[cfg(feature = "server")]
mod server {
    use super::{AnswerContent, ReceiveContent};
    use crate::support::media;
    use crate::support::server::{Incoming, Outgoing, Rejection};

    impl Incoming {
        /// The body, of one of several media types.
        pub fn one_of<T: ReceiveContent>(&mut self) -> Option<Option<T>> {
            T::receive(self)
        }

        /// What the caller accepts.
        pub fn accept(&self) -> Accept {
            Accept(self.accepted())
        }
    }

    impl Outgoing {
        /// A body of one of several media types.
        ///
        /// # Errors
        /// As [`AnswerContent::write`].
        pub fn one_of<T: AnswerContent>(&mut self, body: T) -> Result<(), Rejection> {
            body.write(self)
        }
    }

    /// What a caller accepts (`Accept`; RFC 9110, section 12.5.1): for a handler that can answer in several media
    /// types.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Accept(String);

    impl Accept {
        /// The one of `offers` that the caller wants most; of equals the first. `None`: it accepts none of them.
        pub fn best<'o>(&self, offers: &[&'o str]) -> Option<&'o str> {
            media::best(&self.0, offers)
        }

        /// How much the caller wants `media_type`: from 0, not at all, to 1.
        pub fn weight(&self, media_type: &str) -> f32 {
            media::weight(&self.0, media_type)
        }
    }
}

#[cfg(feature = "server")]
pub use server::Accept;
