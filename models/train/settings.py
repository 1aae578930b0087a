"""Sizes of the compact checkpoint and the numbers that every stage shares."""

BANDS = ["blue", "green", "red", "nir", "swir16", "swir22"]
CHIP = 512
# Roughly the mean and spread over land of reflectance and of display values: the network sees both.
MEAN = [0.25, 0.27, 0.27, 0.33, 0.26, 0.2]
STD = [0.2, 0.2, 0.2, 0.2, 0.15, 0.13]
# Merges of the tokenizer: 256 bytes + 1200 merges + 2009 pieces of region lists + 3 special tokens stay below the rows.
MERGES = 1200
VOCABULARY = 3520


VISION = {
    "trunk": "efficientnet-lite0",
    "aggregator_out": 192,
    "aggregator_groupnorm_groups": 16,
    "neck_out": 128,
    "spectral": {"bands": BANDS, "ratios": True},
    "position_frequencies": 4,
    "fine": {"width": 96, "half": 32, "channels": 16},
}


def compact_config(special_ids, vision=VISION):
    """`config.json` of the compact checkpoint. special_ids: of the tokenizer, by name."""
    return {
        "architectures": ["LlavaQwenForCausalLM"],
        "model_type": "llava_qwen",
        "attention_dropout": 0.0,
        "eos_token_id": special_ids["<|im_end|>"],
        "pad_token_id": special_ids["<|endoftext|>"],
        "hidden_act": "silu",
        "hidden_size": 192,
        "image_aspect_ratio": "square",
        "initializer_range": 0.02,
        "intermediate_size": 512,
        "max_position_embeddings": 4096,
        "mm_hidden_size": 192,
        "mm_patch_merge_type": "flat",
        "mm_projector_type": "mlp2x_gelu",
        "mm_resampler_type": None,
        "mm_use_im_patch_token": False,
        "mm_use_im_start_end": False,
        "num_attention_heads": 4,
        "num_hidden_layers": 4,
        "num_key_value_heads": 2,
        "rms_norm_eps": 1e-6,
        "rope_scaling": None,
        "rope_theta": 10000.0,
        "sliding_window": None,
        "tie_word_embeddings": True,
        "torch_dtype": "float32",
        "use_cache": True,
        "use_mm_proj": True,
        "use_sliding_window": False,
        "vocab_size": VOCABULARY,
        "spex": {
            "vision": vision,
            "lan_neck": {"num_seq": 4, "widths": [256, 192, 128]},
            "sam": {
                "hidden_size": 128,
                "num_attention_heads": 4,
                "mlp_dim": 256,
                "num_hidden_layers": 2,
                "attention_downsample_rate": 2,
                "num_multimask_outputs": 3,
                "iou_head_depth": 3,
                "iou_head_hidden_dim": 128,
                "mask_input_channels": 16,
                "fine_channels": 16,
                "foretells_iou": True,
            },
        },
    }
