"""Boards as made trees of system files, with the traps that real ones have.

All from public material; none was read on a real board.
"""

from __future__ import annotations

from pathlib import Path

CPUFREQ = "/sys/devices/system/cpu/cpufreq/policy0"
PI5 = {
    "/proc/device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0",
    "/sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "/sys/class/thermal/thermal_zone0/temp": "48312\n",
    "/sys/class/hwmon/hwmon0/name": "cpu_thermal\n",
    "/sys/class/hwmon/hwmon2/name": "rpi_volt\n",
    "/sys/class/hwmon/hwmon2/in0_lcrit_alarm": "0\n",
    "/sys/class/thermal/cooling_device0/type": "pwm-fan\n",
    "/sys/class/thermal/cooling_device0/cur_state": "3\n",
    f"{CPUFREQ}/scaling_governor": "ondemand\n",
    f"{CPUFREQ}/scaling_cur_freq": "1500000\n",
    f"{CPUFREQ}/cpuinfo_max_freq": "2400000\n",
    "/proc/loadavg": "0.42 0.30 0.20 1/200 999\n",
    "/proc/stat": "cpu  100 0 50 1000 5 1 2 7 0 0\ncpu0 1 2 3\n",
    "/proc/meminfo": "MemTotal: 8000 kB\nMemAvailable: 6000 kB\n"
    "SwapTotal: 200 kB\nSwapFree: 150 kB\n",
}
PI5_CSI = {
    **PI5,
    "/proc/meminfo": "MemTotal: 8245456 kB\nMemAvailable: 7100000 kB\n",
    "/sys/class/video4linux/v4l-subdev2/name": "imx708\n",
    "/etc/os-release": 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
}
"""With a Camera Module 3 on its ribbon cable."""
OLD_PI4 = {
    "/proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.2\0",
    "/sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "/sys/class/thermal/thermal_zone0/temp": "81000\n",
    # An older kernel: the firmware's bits as hexadecimal without 0x.
    "/sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
    f"{CPUFREQ}/scaling_governor": "powersave\n",
    f"{CPUFREQ}/scaling_cur_freq": "600000\n",
    f"{CPUFREQ}/cpuinfo_max_freq": "1800000\n",
    "/proc/meminfo": "MemTotal: 948304 kB\nMemAvailable: 90000 kB\n",
}
"""Hot, short of voltage, slow by its governor, nearly out of memory."""
ORIN = {
    "/proc/device-tree/model": "NVIDIA Jetson Orin Nano Developer Kit\0",
    "/sys/class/thermal/thermal_zone0/type": "cpu-thermal\n",
    "/sys/class/thermal/thermal_zone0/temp": "45000\n",
    "/sys/class/thermal/thermal_zone1/type": "gpu-thermal\n",
    "/sys/class/thermal/thermal_zone1/temp": "46000\n",
    # Offline on the Orin Nano: the read fails, modelled as a folder.
    "/sys/class/thermal/thermal_zone2/type": "cv0-thermal\n",
    "/sys/class/thermal/thermal_zone2/temp/is-a-folder": "",
    "/sys/class/thermal/thermal_zone8/type": "tj-thermal\n",
    "/sys/class/thermal/thermal_zone8/temp": "47500\n",
    "/sys/devices/platform/bus@0/17000000.gpu/load": "345\n",
    "/sys/bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon1/in1_label": "VDD_IN\n",
    "/sys/bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon1/in1_input": "5000\n",
    "/sys/bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon1/curr1_input": "1040\n",
    "/sys/bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon1/in2_label": "NC\n",
}
NANO = {
    "/proc/device-tree/model": "NVIDIA Jetson Nano Developer Kit\0",
    "/sys/class/thermal/thermal_zone0/type": "AO-therm\n",
    "/sys/class/thermal/thermal_zone0/temp": "37000\n",
    "/sys/class/thermal/thermal_zone1/type": "CPU-therm\n",
    "/sys/class/thermal/thermal_zone1/temp": "31000\n",
    # A sensor that always says 100 degrees.
    "/sys/class/thermal/thermal_zone4/type": "PMIC-Die\n",
    "/sys/class/thermal/thermal_zone4/temp": "100000\n",
}


def write_tree(root: Path, files: dict[str, str]) -> Path:
    """Write files below a folder that stands for ``/``; returns the folder."""
    for name, text in files.items():
        path = root / name.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root
