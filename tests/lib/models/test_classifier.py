import torch
from retouch.models.classifier import FeatureClassifier


def test_logits_are_a_function_of_the_features():
    model = FeatureClassifier(num_classes=7, channels=3, width=4, features=6).eval()
    images = torch.rand(2, 3, 32, 32)
    features = model.features(images)
    assert features.shape == (2, 6)
    assert torch.equal(model(images), model.head(features))
    assert model(images).shape == (2, 7)


def test_features_of_an_image_do_not_depend_on_its_batch():
    model = FeatureClassifier(width=4).eval()
    images = torch.rand(3, 1, 32, 32)
    assert torch.allclose(model.features(images)[:1], model.features(images[:1]), atol=1e-6)
