//! `openapiv3::OpenAPI` in, [`Api`](crate::model::Api) out.
