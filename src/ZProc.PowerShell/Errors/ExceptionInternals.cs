using System.Reflection;
using System.Runtime.CompilerServices;
using ZProc.Core;
using ZProc.Core.Diagnostics;

namespace ZProc.Errors;

/// <summary>
/// Reads and sets the parts of an exception that only its constructors set. Where the base library has other members, these parts
/// are left out.
/// </summary>
internal static class ExceptionInternals
{
    /// <summary>The text from which the exception's message is made; null when there is none.</summary>
    public static string? TextOf(Exception exception)
    {
        try
        {
            return Text(exception);
        }
        catch (MissingFieldException expected)
        {
            // Expected: this base library has another field.
            ZProcEventSource.Log.FaultCaught(nameof(ExceptionInternals), expected);
            return null;
        }
    }

    /// <summary>Sets text and cause where the constructor took none.</summary>
    public static void Complete(Exception exception, string? text, Exception? cause)
    {
        try
        {
            if (cause is not null && exception.InnerException is null)
            {
                Cause(exception) = cause;
            }

            Text(exception) ??= text;
        }
        catch (MissingFieldException expected)
        {
            // Expected: this base library has other fields. The exception keeps what its constructor set.
            ZProcEventSource.Log.FaultCaught(nameof(ExceptionInternals), expected);
        }
    }

    /// <summary>The properties that the type, or a base type below <see cref="Exception"/>, declares, and that are not null.</summary>
    public static IEnumerable<KeyValuePair<string, object?>> PropertiesOf(Exception exception)
    {
        foreach (var property in Properties(exception.GetType()))
        {
            object? value;
            try
            {
                value = property.GetValue(exception);
            }
            catch (TargetInvocationException expected)
            {
                ZProcEventSource.Log.FaultCaught(nameof(ExceptionInternals), expected);
                continue; // Expected: the property's own code throws. The error is sent without it.
            }

            if (value is not null)
            {
                yield return KeyValuePair.Create(property.Name, value)!;
            }
        }
    }

    /// <summary>Sets the properties that the constructor did not set.</summary>
    public static void SetProperties(Exception exception, IReadOnlyDictionary<string, object?> values)
    {
        foreach (var property in Properties(exception.GetType()))
        {
            if (!values.TryGetValue(property.Name, out var value) || !property.PropertyType.IsInstanceOfType(value) || Equals(property.GetValue(exception), value))
            {
                continue;
            }

            if (property.SetMethod is { IsPublic: true })
            {
                property.SetValue(exception, value);
            }
            else if (FieldOf(property) is { } field)
            {
                field.SetValue(exception, value);
            }
        }
    }

    private static IEnumerable<PropertyInfo> Properties(Type type)
    {
        for (; type != typeof(Exception); type = type.BaseType!)
        {
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            {
                if (property.CanRead && property.GetIndexParameters().Length == 0 && typeof(Exception).GetProperty(property.Name) is null)
                {
                    yield return property;
                }
            }
        }
    }

    private static FieldInfo? FieldOf(PropertyInfo property)
    {
        string[] names = [$"<{property.Name}>k__BackingField", $"_{char.ToLowerInvariant(property.Name[0])}{property.Name[1..]}"];
        return names.Select(name => HiddenMembers.Field(property.DeclaringType!, name)).FirstOrDefault(field => field?.FieldType == property.PropertyType);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_message")]
    private static extern ref string? Text(Exception exception);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_innerException")]
    private static extern ref Exception? Cause(Exception exception);
}
