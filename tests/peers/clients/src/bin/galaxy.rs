//! Every operation of the galaxy.

use std::error::Error as StdError;

use bytes::Bytes;
use clients::{Report, answer_with, base_url};
use galaxy_api::client::{Client, Credentials, Error, prelude::*};
use galaxy_api::operations::{File, GetAllDataParams, GetPlanetError, UploadImageMultipart};
use galaxy_api::types::{self, PlanetRequest, UserRequest};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn StdError>> {
    let credentials = Credentials { bearer_auth: "token".into(), ..Credentials::default() };
    let client = Client::with_base_url(&base_url()?)?.credentials(credentials);
    let mut report = Report::default();

    let user = UserRequest::new("marc@scalar.com", "i-love-scalar").with_name("Marc");
    report.success("createUser", client.create_user(Some(&user)).await);
    let login = types::Credentials::new("marc@scalar.com", "i-love-scalar");
    report.success("getToken", client.get_token(Some(&login)).await);
    report.success("getMe", client.get_me().await);

    let page = GetAllDataParams::default().with_limit(5).with_offset(10);
    report.success("getAllData", client.get_all_data(&page).await);
    let planet = PlanetRequest::new("Mars").with_description("The red one.".to_owned());
    report.success("createPlanet", client.create_planet(Some(&planet)).await);
    report.success("getPlanet", client.get_planet(1).await);
    let (name, value) = answer_with(404);
    report.failure("getPlanet", client.get_planet(1).header(name, value).await, |error| {
        matches!(error, Error::Api(GetPlanetError::NotFound(_)))
    });
    report.success("updatePlanet", client.update_planet(1, Some(&planet)).await);
    report.success("deletePlanet", client.delete_planet(1).await);
    let image = File::new("mars.png", Bytes::from_static(b"\x89PNG")).of_type("image/png");
    let upload = UploadImageMultipart::default().with_image(image);
    report.success("uploadImage", client.upload_image(1, Some(upload)).await);
    report.finish()
}
